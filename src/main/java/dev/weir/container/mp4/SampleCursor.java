// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Walks the samples of one track of a progressive file by its sample table (ISO/IEC 14496-12 § 8.5
 * to § 8.7), in decode order. The tables are read as it goes, none is unfolded. Confined to one
 * thread.
 */
final class SampleCursor {

  /** A run-length list of pairs: how often, and what (stts, ctts). */
  private static final class RunLengths {
    private final ByteReader entries;
    private long times;
    private int value;

    RunLengths(ByteReader entries) {
      this.entries = entries;
    }

    boolean advance() {
      while (times == 0 && entries.remaining() >= 8) {
        times = entries.u32();
        value = entries.i32();
      }
      return times-- > 0;
    }
  }

  private static final ByteReader EMPTY = new ByteReader(ByteBuffer.allocate(0), "");

  private final MovieBox.Lane lane;
  private final int maxSampleBytes;
  private final RunLengths durations;
  private final RunLengths compositions;
  private final ByteReader sizes;
  private final int commonSize;
  private final ByteReader chunkOffsets;
  private final boolean wideOffsets;
  private final ByteReader chunkRuns;
  private final ByteReader syncs;
  private final boolean allSync;

  private final long sampleCount;
  private long sample;
  private long decodeTime;
  private long chunk;
  private long nextRunChunk;
  private long samplesInChunk;
  private long nextSamplesInChunk;
  private long leftInChunk;
  private long offset;
  private long nextSync;

  /**
   * @param tables the bodies of the boxes in stbl, by type
   */
  SampleCursor(MovieBox.Lane lane, Map<String, ByteReader> tables, int maxSampleBytes) {
    this.lane = lane;
    this.maxSampleBytes = maxSampleBytes;
    this.durations = new RunLengths(list(required(tables, "stts")));
    this.compositions =
        new RunLengths(tables.containsKey("ctts") ? list(required(tables, "ctts")) : EMPTY);
    if (!tables.containsKey("stsz") && tables.containsKey("stz2")) {
      throw new UnsupportedMedia(
          "compact sample sizes", "moov/trak/mdia/minf/stbl", "stsz", "stz2");
    }
    this.sizes = required(tables, "stsz");
    sizes.skip(4);
    this.commonSize = size(sizes.u32());
    this.sampleCount = sizes.u32();
    this.wideOffsets = !tables.containsKey("stco");
    this.chunkOffsets = list(required(tables, wideOffsets ? "co64" : "stco"));
    this.chunkRuns = list(required(tables, "stsc"));
    this.allSync = !tables.containsKey("stss");
    this.syncs = allSync ? EMPTY : list(required(tables, "stss"));
    nextRun();
    nextSync();
  }

  private static ByteReader required(Map<String, ByteReader> tables, String type) {
    ByteReader table = tables.get(type);
    if (table == null) {
      throw new MalformedMedia("incomplete sample table", "moov/trak/mdia/minf/stbl", type, "none");
    }
    return table;
  }

  /** The entries of a table behind its version, flags and entry count. */
  private static ByteReader list(ByteReader table) {
    table.skip(8);
    return table;
  }

  boolean hasNext() {
    return sample < sampleCount;
  }

  /** Decode time of the next sample, before the edit list. */
  long decodeTime() {
    return decodeTime;
  }

  MovieBox.Lane lane() {
    return lane;
  }

  /** The next sample. */
  MovieFragment.Located next() {
    if (leftInChunk == 0) {
      nextChunk();
    }
    sample++;
    leftInChunk--;
    if (!durations.advance()) {
      throw shorter("stts");
    }
    int size = commonSize > 0 ? commonSize : size(sizes.u32());
    boolean sync = allSync || sample == nextSync;
    if (sample == nextSync) {
      nextSync();
    }
    long duration = durations.value & 0xffff_ffffL;
    // Version 0 of ctts is unsigned by the letter; writers of negative offsets use it all the same.
    var located =
        new MovieFragment.Located(
            lane,
            offset,
            size,
            decodeTime,
            compositions.advance() ? compositions.value : 0,
            duration,
            sync);
    decodeTime += duration;
    offset += size;
    return located;
  }

  private void nextChunk() {
    chunk++;
    if (chunk == nextRunChunk) {
      samplesInChunk = nextSamplesInChunk;
      nextRun();
    }
    leftInChunk = samplesInChunk;
    if (leftInChunk == 0) {
      throw shorter("stsc");
    }
    if (chunkOffsets.remaining() < (wideOffsets ? 8 : 4)) {
      throw shorter(wideOffsets ? "co64" : "stco");
    }
    offset = wideOffsets ? chunkOffsets.i64() : chunkOffsets.u32();
  }

  /** stsc, § 8.7.4: from which chunk on each chunk has how many samples. */
  private void nextRun() {
    if (chunkRuns.remaining() < 12) {
      nextRunChunk = 0;
      return;
    }
    nextRunChunk = chunkRuns.u32();
    nextSamplesInChunk = chunkRuns.u32();
    long description = chunkRuns.u32();
    if (nextRunChunk <= chunk) {
      throw new MalformedMedia(
          "chunk runs out of order", chunkRuns.where(), "after chunk " + chunk, "" + nextRunChunk);
    }
    if (description != 1) {
      throw new UnsupportedMedia(
          "a codec that changes within the track",
          chunkRuns.where(),
          "one sample description",
          "number " + description);
    }
  }

  private void nextSync() {
    nextSync = syncs.remaining() >= 4 ? syncs.u32() : 0;
  }

  private int size(long size) {
    if (size > maxSampleBytes) {
      throw new LimitExceeded(
          "sample size", sizes.where(), "at most " + maxSampleBytes + " bytes", size + " bytes");
    }
    return (int) size;
  }

  private MalformedMedia shorter(String table) {
    return new MalformedMedia(
        "sample table ends early",
        "moov/trak/mdia/minf/stbl/" + table,
        sampleCount + " samples",
        "entries for " + (sample - 1));
  }
}
