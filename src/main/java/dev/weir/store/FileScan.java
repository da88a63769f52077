// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.SegmentCuts;
import dev.weir.model.StoredPart;
import dev.weir.model.Track;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chunk file record by record and makes its index anew: for files that were never sealed,
 * and for footers that are damaged. Confined to one thread.
 */
final class FileScan implements RecordScanner.Visitor {

  private static final long TARGET_DURATION_NS = 6 * MediaTime.NANOS_PER_SECOND;

  private final ChunkFileId file;
  private final IndexBuilder index;
  private final List<String> notes = new ArrayList<>();

  private long openCounter = -1;
  private @Nullable RunId openRun;

  /** Something was damaged since the last whole fragment: the open one may lack its first parts. */
  private boolean openDamaged;

  private long sequence;
  private long newestNs = Long.MIN_VALUE;
  private @Nullable String undeclared;
  private long indexOffset = -1;

  private FileScan(ChunkFileId file) {
    this.file = file;
    this.index = new IndexBuilder(file);
  }

  /**
   * A finished scan.
   *
   * @param goodBytes where the last record that proves itself ends
   * @param dataBytes the same without an index record at the end: what recovery appends to
   * @param nextSequence of a record appended there
   * @param unfinished the end that the last fragment has to be given, when it has none
   */
  record Result(
      IndexBuilder index,
      long goodBytes,
      long dataBytes,
      long nextSequence,
      Optional<FragmentEnd> unfinished,
      List<String> notes) {}

  static Result scan(ChunkFileId file, Disk.Handle handle) throws IOException {
    var scan = new FileScan(file);
    long good = new RecordScanner(file, handle).scan(scan);
    Optional<FragmentEnd> unfinished = scan.unfinished();
    scan.declareDamage(unfinished.isPresent() ? unfinished.get().producerTimeNs() : Long.MIN_VALUE);
    long data = scan.indexOffset < 0 ? good : scan.indexOffset;
    return new Result(scan.index, good, data, scan.sequence, unfinished, scan.notes);
  }

  @Override
  public void visit(RecordHeader header, ByteBuffer body, long offset) {
    String where = file + " byte " + offset;
    long end = offset + StoreFormat.RECORD_HEADER_BYTES + header.bodyBytes();
    sequence = header.type() == StoreFormat.INDEX ? header.sequence() : header.sequence() + 1;
    indexOffset = header.type() == StoreFormat.INDEX ? offset : -1;
    try {
      read(header, body, offset, where);
    } catch (WeirException | IllegalArgumentException | ArithmeticException e) {
      // Its checksum holds and its fields make no sense: as good as damaged.
      notes.add(where + ": " + e.getMessage());
      damaged(offset, end);
    }
  }

  private void read(RecordHeader header, ByteBuffer body, long offset, String where) {
    var in = new ByteReader(body, where);
    switch (header.type()) {
      case StoreFormat.RUN -> index.run(Records.readRun(in));
      case StoreFormat.PART ->
          part(body, offset, StoreFormat.RECORD_HEADER_BYTES + header.bodyBytes(), where);
      case StoreFormat.FRAGMENT_END -> end(Records.readEnd(in));
      case StoreFormat.ABANDON -> {
        index.abandon();
        openCounter = -1;
        openDamaged = false;
      }
      case StoreFormat.GAP -> index.gap(Records.readGap(in));
      case StoreFormat.INDEX -> {}
      default -> notes.add(where + ": record of unknown type " + header.type() + " passed over");
    }
  }

  @Override
  public void damaged(long fromOffset, long toOffset) {
    openDamaged = true;
    String what = (toOffset - fromOffset) + " damaged bytes at " + file + " byte " + fromOffset;
    notes.add(what);
    if (undeclared == null) {
      undeclared = what;
    }
  }

  /**
   * Damage becomes a gap between the fragments it lies between. Where none is known, the file's own
   * number, which is not before the microseconds of its creation, stands for the time.
   *
   * @param untilNs start of the next fragment, or the smallest long when there is none
   */
  private void declareDamage(long untilNs) {
    String what = undeclared;
    undeclared = null;
    if (what == null) {
      return;
    }
    long from = newestNs != Long.MIN_VALUE ? newestNs : untilNs;
    if (from == Long.MIN_VALUE) {
      from = TimeUnit.MICROSECONDS.toNanos(file.value());
    }
    index.gap(new Gap(from, Math.max(from, untilNs), GapReason.CORRUPTION, what, Optional.empty()));
  }

  private void part(ByteBuffer body, long offset, int recordBytes, String where) {
    PartRecord fields = PartRecord.read(body, where);
    if (fields.fragmentCounter() != openCounter) {
      // A fragment whose end was lost to damage is not whole: its parts are given up.
      index.abandon();
      openCounter = fields.fragmentCounter();
      openRun = fields.run();
    }
    StoredPart part = fields.part(body, where);
    byte[] table = SampleTable.encode(part.samples());
    index.part(
        part.trackIndex(), part.samples(), table, List.of(part.payload()), offset, recordBytes);
  }

  private void end(Records.StoredEnd stored) {
    FragmentEnd end = stored.end();
    if (end.state() == FragmentState.FORGOTTEN) {
      var _ = index.take(stored);
      return;
    }
    boolean whole =
        end.number().counter() == openCounter
            && index.openParts().size() == stored.partCount()
            && index.run(end.run()).isPresent();
    long endNs = Math.addExact(end.producerTimeNs(), end.durationNs());
    if (whole) {
      declareDamage(end.producerTimeNs());
      if (end.state() == FragmentState.THINNED) {
        var _ = index.take(stored);
      } else {
        FragmentEntry computed =
            index.end(end, stored.previous(), stored.content(), new ByteWriter());
        if (!computed.hash().equals(stored.hash())) {
          notes.add(file + ": fragment " + end.number() + " does not match its hash");
        }
      }
    } else {
      undeclared = null;
      index.abandon();
      String what = "fragment " + end.number() + " lacks parts or its run";
      notes.add(file + ": " + what);
      index.gap(new Gap(end.producerTimeNs(), endNs, GapReason.CORRUPTION, what, end.live()));
    }
    newestNs = endNs;
    openCounter = -1;
    openDamaged = false;
  }

  /**
   * The end that a fragment cut off by a crash gets: its whole parts are kept, marked truncated.
   */
  private Optional<FragmentEnd> unfinished() {
    List<PartEntry> parts = index.openParts();
    if (openCounter < 0 || parts.isEmpty() || openDamaged || openRun == null) {
      return Optional.empty();
    }
    Optional<RunHeader> run = index.run(openRun);
    if (run.isEmpty()
        || parts.stream().anyMatch(part -> part.trackIndex() >= run.get().tracks().size())) {
      return Optional.empty();
    }
    Track track = leading(parts, run.get());
    long firstTicks = Long.MAX_VALUE;
    long durationTicks = 0;
    boolean sync = false;
    for (PartEntry part : parts) {
      if (part.trackIndex() == track.index()) {
        sync |= durationTicks == 0 && part.startsWithSync();
        firstTicks = Math.min(firstTicks, part.firstPresentationTime());
        durationTicks += part.durationTicks();
      }
    }
    long startNs = run.get().producerTimeNs(track, firstTicks);
    long durationNs = MediaTime.toNanos(durationTicks, track.timescale());
    // Received about when its media was made, as far as can be known now.
    long serverNs =
        run.get().anchorServerNs() + Math.max(0, startNs - run.get().anchorProducerNs());
    if (run.get().arrivalAnchored()) {
      serverNs = startNs;
    }
    return Optional.of(
        new FragmentEnd(
            new FragmentNumber(openCounter, Math.max(0, serverNs / MediaTime.NANOS_PER_MILLI), 0),
            run.get().run(),
            startNs,
            serverNs,
            durationNs,
            sync,
            FragmentState.TRUNCATED,
            SegmentCuts.count(durationNs, TARGET_DURATION_NS),
            Optional.empty(),
            Optional.empty(),
            Bytes.EMPTY));
  }

  private static Track leading(List<PartEntry> parts, RunHeader run) {
    Track main = run.mainTrack();
    boolean present = parts.stream().anyMatch(part -> part.trackIndex() == main.index());
    return present ? main : run.tracks().get(parts.getFirst().trackIndex());
  }
}
