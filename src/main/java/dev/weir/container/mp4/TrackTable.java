// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;

/**
 * The sample table of one track as it is put together, sample by sample in decode order (ISO/IEC
 * 14496-12 § 8.5 to § 8.7); some five to sixteen bytes a sample. Confined to one thread.
 */
public final class TrackTable {

  /** A run-length list of pairs: how often, and what. */
  private static final class RunLengths {
    final ByteWriter entries = new ByteWriter();
    int count;
    private int times;
    private int value;

    void add(int next) {
      if (times > 0 && next == value) {
        times++;
        return;
      }
      flush();
      value = next;
      times = 1;
    }

    void flush() {
      if (times > 0) {
        entries.i32(times).i32(value);
        count++;
        times = 0;
      }
    }
  }

  private final Track track;
  private final RunLengths durations = new RunLengths();
  private final RunLengths offsets = new RunLengths();
  private final ByteWriter sizes = new ByteWriter();
  private final ByteWriter syncs = new ByteWriter();
  private final ByteWriter chunks = new ByteWriter();
  private final ByteWriter chunkRuns = new ByteWriter();
  private int sampleCount;
  private int syncCount;
  private int chunkCount;
  private int chunkRunCount;
  private int samplesInChunk;
  private int samplesInRun;
  private boolean composed;
  private long firstDecodeTime;
  private long lastDecodeTime;
  private boolean ended;
  private long duration;

  public TrackTable(Track track) {
    this.track = track;
  }

  Track track() {
    return track;
  }

  public int sampleCount() {
    return sampleCount;
  }

  /**
   * Decode time of the first sample as it was added; the media time of everything counts from it.
   */
  public long firstDecodeTime() {
    return firstDecodeTime;
  }

  /** The samples that follow lie at this offset in the movie's payload. */
  public void chunk(long payloadOffset) {
    closeChunk();
    chunks.i64(payloadOffset);
    chunkCount++;
  }

  /**
   * The next sample. A decode time that does not rise is moved on by a tick.
   *
   * @param decodeTime ticks; only differences matter
   * @param presentationTime ticks, on the same line
   */
  public void add(long decodeTime, long presentationTime, int size, boolean sync) {
    long at = decodeTime;
    if (sampleCount == 0) {
      firstDecodeTime = at;
    } else {
      at = Math.max(at, lastDecodeTime + 1);
      // 32 bits each: what makes no sense is cut rather than refused.
      durations.add((int) Math.min(at - lastDecodeTime, Integer.MAX_VALUE));
    }
    lastDecodeTime = at;
    int offset =
        (int) Math.clamp(presentationTime - at, (long) Integer.MIN_VALUE, (long) Integer.MAX_VALUE);
    composed |= offset != 0;
    offsets.add(offset);
    sizes.i32(size);
    sampleCount++;
    samplesInChunk++;
    if (sync) {
      syncs.i32(sampleCount);
      syncCount++;
    }
  }

  /** The last sample has been added. */
  public void end(int lastDuration) {
    durations.add(lastDuration);
    durations.flush();
    offsets.flush();
    closeChunk();
    duration = lastDecodeTime + lastDuration - firstDecodeTime;
    ended = true;
  }

  /** Length of the media, ticks. */
  long duration() {
    if (!ended) {
      throw new IllegalStateException("the table is still open");
    }
    return duration;
  }

  private void closeChunk() {
    if (samplesInChunk == 0) {
      return;
    }
    if (samplesInChunk != samplesInRun) {
      chunkRuns.i32(chunkCount).i32(samplesInChunk).i32(1);
      chunkRunCount++;
      samplesInRun = samplesInChunk;
    }
    samplesInChunk = 0;
  }

  /** stbl; chunk offsets count from {@code payloadStart}. */
  void write(ByteWriter out, long payloadStart, boolean wideOffsets) {
    Boxes.box(
        out,
        "stbl",
        () -> {
          SampleEntries.write(out, track.codec());
          table(out, "stts", 0, durations.count, durations.entries);
          if (composed) {
            table(out, "ctts", 1, offsets.count, offsets.entries);
          }
          if (track.kind() == TrackKind.VIDEO && syncCount < sampleCount) {
            table(out, "stss", 0, syncCount, syncs);
          }
          table(out, "stsc", 0, chunkRunCount, chunkRuns);
          Boxes.fullBox(
              out, "stsz", 0, 0, () -> out.i32(0).i32(sampleCount).bytes(sizes.asBuffer()));
          var from = chunks.asBuffer();
          Boxes.fullBox(
              out,
              wideOffsets ? "co64" : "stco",
              0,
              0,
              () -> {
                out.i32(chunkCount);
                while (from.hasRemaining()) {
                  long offset = payloadStart + from.getLong();
                  if (wideOffsets) {
                    out.i64(offset);
                  } else {
                    out.u32(offset);
                  }
                }
              });
        });
  }

  private static void table(
      ByteWriter out, String type, int version, int count, ByteWriter entries) {
    Boxes.fullBox(out, type, version, 0, () -> out.i32(count).bytes(entries.asBuffer()));
  }
}
