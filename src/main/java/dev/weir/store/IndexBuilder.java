// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentState;
import dev.weir.model.Gap;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The index of a chunk file as its records are appended or scanned, and the footer made of it.
 * Confined to one thread at a time.
 */
final class IndexBuilder {

  private final ChunkFileId file;
  private final Map<RunId, RunHeader> runs = new LinkedHashMap<>();
  private final List<FragmentEntry> fragments = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();

  private final List<PartEntry> parts = new ArrayList<>();
  private final MessageDigest digest = ContentDigest.sha256();
  private final ContentDigest content = new ContentDigest();

  IndexBuilder(ChunkFileId file) {
    this.file = file;
  }

  ChunkFileId file() {
    return file;
  }

  void run(RunHeader run) {
    runs.put(run.run(), run);
  }

  Optional<RunHeader> run(RunId run) {
    return Optional.ofNullable(runs.get(run));
  }

  /** A part of the fragment that is open. */
  void part(
      int trackIndex,
      List<Sample> samples,
      byte[] table,
      List<ByteBuffer> payloads,
      long offset,
      int recordBytes) {
    long payloadBytes = 0;
    digest.update(table);
    for (ByteBuffer payload : payloads) {
      payloadBytes += payload.remaining();
      digest.update(payload.duplicate());
    }
    content.part(trackIndex, samples, payloads);
    parts.add(
        PartRecord.entry(trackIndex, samples, Math.toIntExact(payloadBytes), offset, recordBytes));
  }

  /** The parts of the fragment that is open. */
  List<PartEntry> openParts() {
    return List.copyOf(parts);
  }

  /**
   * Completes the open fragment.
   *
   * @param previous hash of the chunk before it in its run
   * @param body takes the body of its end record
   */
  FragmentEntry end(FragmentEnd end, Bytes previous, ByteWriter body) {
    return end(end, previous, content(), body);
  }

  /**
   * The same with the content hash that was stored. It tells replays and proves nothing itself: the
   * fragment's hash covers it like any field, however it once was computed.
   */
  FragmentEntry end(FragmentEnd end, Bytes previous, Bytes contentHash, ByteWriter body) {
    long payloadBytes = parts.stream().mapToLong(PartEntry::payloadBytes).sum();
    Records.writeEnd(body, end, parts.size(), payloadBytes, previous, contentHash);
    digest.update(body.asBuffer());
    var hash = Bytes.copyOf(digest.digest());
    body.bytes(hash);
    FragmentEntry entry =
        entry(
            file,
            new Records.StoredEnd(end, parts.size(), payloadBytes, previous, contentHash, hash),
            parts);
    fragments.add(entry);
    parts.clear();
    content.reset();
    return entry;
  }

  /** What a fragment that repeats the open one has in common with it. */
  Bytes content() {
    return content.value();
  }

  /** Hash of the newest chunk of a run in this file; where there is none, a chain begins. */
  Bytes newestHash(RunId run) {
    for (FragmentEntry fragment : fragments.reversed()) {
      if (fragment.run().equals(run)) {
        return fragment.hash();
      }
    }
    return Chain.BEGINNING;
  }

  /** Gives the open fragment up. */
  void abandon() {
    parts.clear();
    digest.reset();
    content.reset();
  }

  /** A fragment of a file that this one is made from, with the parts that are left of it. */
  FragmentEntry take(Records.StoredEnd stored) {
    FragmentEntry entry = entry(file, stored, parts);
    fragments.add(entry);
    parts.clear();
    digest.reset();
    content.reset();
    return entry;
  }

  void gap(Gap gap) {
    gaps.add(gap);
  }

  boolean isEmpty() {
    return fragments.isEmpty() && gaps.isEmpty();
  }

  /**
   * @param replaces number of the file that this one was made from; 0 when none
   */
  FileIndex index(long replaces, long fileBytes) {
    return new FileIndex(
        file,
        replaces,
        List.copyOf(runs.values()),
        fragments.stream().filter(each -> each.state() != FragmentState.FORGOTTEN).toList(),
        fragments.stream().filter(each -> each.state() == FragmentState.FORGOTTEN).toList(),
        gaps,
        fileBytes);
  }

  /** The body of the index record. */
  ByteWriter footer() {
    var out = new ByteWriter(64 * 1024);
    out.i32(runs.size());
    runs.values().forEach(run -> Records.writeRun(out, run));
    out.i32(fragments.size());
    for (FragmentEntry fragment : fragments) {
      Records.writeEnd(
          out,
          new Records.StoredEnd(
              end(fragment),
              fragment.parts().size(),
              fragment.payloadBytes(),
              fragment.previousHash(),
              fragment.content(),
              fragment.hash()));
      fragment.parts().forEach(part -> writePart(out, part));
    }
    out.i32(gaps.size());
    gaps.forEach(gap -> Records.writeGap(out, gap));
    return out;
  }

  static IndexBuilder readFooter(ChunkFileId file, ByteReader in) {
    var builder = new IndexBuilder(file);
    for (int i = in.i32(); i > 0; i--) {
      builder.run(Records.readRun(in));
    }
    for (int i = in.i32(); i > 0; i--) {
      Records.StoredEnd stored = Records.readEnd(in);
      var parts = new ArrayList<PartEntry>();
      for (int part = 0; part < stored.partCount(); part++) {
        parts.add(readPart(in));
      }
      builder.fragments.add(entry(file, stored, parts));
    }
    for (int i = in.i32(); i > 0; i--) {
      builder.gap(Records.readGap(in));
    }
    return builder;
  }

  private static FragmentEntry entry(
      ChunkFileId file, Records.StoredEnd stored, List<PartEntry> parts) {
    FragmentEnd end = stored.end();
    return new FragmentEntry(
        file,
        end.number(),
        end.run(),
        end.producerTimeNs(),
        end.serverTimeNs(),
        end.durationNs(),
        end.startsWithSync(),
        end.state(),
        end.segmentCount(),
        end.live(),
        end.duplicateOf(),
        parts,
        stored.previous(),
        stored.content(),
        stored.hash());
  }

  /** The end record again, without the origin, which stays in its place. */
  private static FragmentEnd end(FragmentEntry fragment) {
    return new FragmentEnd(
        fragment.number(),
        fragment.run(),
        fragment.producerTimeNs(),
        fragment.serverTimeNs(),
        fragment.durationNs(),
        fragment.startsWithSync(),
        fragment.state(),
        fragment.segmentCount(),
        fragment.live(),
        fragment.duplicateOf(),
        Bytes.EMPTY);
  }

  private static void writePart(ByteWriter out, PartEntry part) {
    out.u16(part.trackIndex()).u8(part.startsWithSync() ? 1 : 0);
    out.i64(part.baseDecodeTime()).i64(part.durationTicks()).i64(part.firstPresentationTime());
    out.i32(part.sampleCount()).i32(part.payloadBytes()).i64(part.offset()).i32(part.recordBytes());
  }

  private static PartEntry readPart(ByteReader in) {
    int track = in.u16();
    boolean sync = in.u8() == 1;
    return new PartEntry(
        track, in.i64(), in.i64(), in.i64(), in.i32(), in.i32(), sync, in.i64(), in.i32());
  }
}
