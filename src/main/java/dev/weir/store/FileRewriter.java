// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.Part;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StoredPart;
import dev.weir.model.TrackKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a sealed file anew under another number, with some of its fragments thinned or forgotten.
 * The new file names the one it replaces, so that a crash between the two leaves no doubt. What it
 * takes over it verifies. Confined to one thread; blocks on the disk.
 */
final class FileRewriter {

  private static final Logger LOG = LoggerFactory.getLogger(FileRewriter.class);

  private final ChunkReader reader;
  private final Disk disk;
  private final FileIndex old;
  private final ChunkFileId id;
  private final IndexBuilder index;
  private final Map<RunId, RunHeader> runs = new HashMap<>();
  private final Disk.Handle out;
  private long size;
  private long sequence;

  private FileRewriter(
      ChunkReader reader, Disk disk, FileIndex old, ChunkFileId id, Disk.Handle out) {
    this.reader = reader;
    this.disk = disk;
    this.old = old;
    this.id = id;
    this.out = out;
    this.index = new IndexBuilder(id);
  }

  /**
   * Writes the new file beside the old one, forces and seals it; the old one stays. What could not
   * be finished is removed: each try has a number of its own, and on a full disk none would leave
   * room for the next.
   */
  static FileIndex rewrite(
      ChunkReader reader, Disk disk, FileIndex old, ChunkFileId id, Map<FragmentNumber, Fate> fates)
      throws IOException {
    Path copy = Layout.copy(id);
    disk.delete(copy);
    try (Disk.Handle out = disk.create(copy)) {
      return new FileRewriter(reader, disk, old, id, out).write(fates);
    } catch (IOException | RuntimeException e) {
      try {
        disk.delete(copy);
      } catch (IOException deleting) {
        e.addSuppressed(deleting);
      }
      throw e;
    }
  }

  /** About how long the new file will be, bytes; too much where fragments are thinned. */
  static long lengthOf(FileIndex old, Map<FragmentNumber, Fate> fates) {
    long length = old.fileBytes();
    for (FragmentEntry fragment : old.fragments()) {
      if (fates.get(fragment.number()) == Fate.FORGET) {
        length -= fragment.parts().stream().mapToLong(PartEntry::recordBytes).sum();
      }
    }
    return length;
  }

  private FileIndex write(Map<FragmentNumber, Fate> fates) throws IOException {
    out.append(List.of(new FileHeader(id, old.file().value()).encode()));
    size = StoreFormat.FILE_HEADER_BYTES;
    for (RunHeader run : old.runs()) {
      var body = new ByteWriter();
      Records.writeRun(body, run);
      append(StoreFormat.RUN, List.of(body.asBuffer()));
      index.run(run);
      runs.put(run.run(), run);
    }
    for (FragmentEntry fragment : old.forgotten()) {
      end(fragment, fragment.number(), FragmentState.FORGOTTEN, Bytes.EMPTY);
    }
    for (FragmentEntry fragment : old.fragments()) {
      switch (fates.getOrDefault(fragment.number(), Fate.KEEP)) {
        case KEEP -> keep(fragment, fates.containsValue(Fate.FORGET));
        case THIN -> thin(fragment);
        case FORGET -> forget(fragment);
      }
    }
    for (Gap gap : old.gaps()) {
      gap(gap);
    }
    Seal.write(out, size, sequence, index);
    disk.rename(Layout.copy(id), Layout.sealed(id));
    disk.forceFolder(Layout.folder(id.stream()));
    return index.index(old.file().value(), out.size());
  }

  /**
   * Takes a fragment over as it is. Damage of one does not keep what is to be forgotten: it becomes
   * a gap, and nothing is kept aside of a file that holds such media.
   */
  private void keep(FragmentEntry fragment, boolean forgetting) throws IOException {
    try {
      keep(fragment);
    } catch (CorruptRecord e) {
      if (!forgetting) {
        throw e;
      }
      LOG.error("fragment {} is not taken over: {}", fragment.number(), e.getMessage());
      abandon(fragment);
      gap(
          new Gap(
              fragment.producerTimeNs(),
              fragment.producerEndNs(),
              GapReason.CORRUPTION,
              e.getMessage(),
              fragment.live()));
    }
  }

  private void abandon(FragmentEntry fragment) throws IOException {
    if (!index.openParts().isEmpty()) {
      append(
          StoreFormat.ABANDON,
          List.of(new ByteWriter(8).i64(fragment.number().counter()).asBuffer()));
      index.abandon();
    }
  }

  private void keep(FragmentEntry fragment) throws IOException {
    for (PartEntry entry : fragment.parts()) {
      StoredPart part = reader.part(fragment.file(), entry);
      part(fragment, new Part(part.trackIndex(), part.samples(), slices(part), false));
    }
    end(fragment, fragment.number(), fragment.state(), reader.origin(fragment));
  }

  private static List<ByteBuffer> slices(StoredPart part) {
    var slices = new ArrayList<ByteBuffer>();
    int at = part.payload().position();
    for (Sample sample : part.samples()) {
      slices.add(part.payload().slice(at, sample.size()));
      at += sample.size();
    }
    return slices;
  }

  /** Each sync sample lasts until the next one, and is a part of its own. */
  private void thin(FragmentEntry fragment) throws IOException {
    List<Part> left =
        Optional.ofNullable(runs.get(fragment.run()))
            .map(RunHeader::mainTrack)
            .filter(track -> track.kind() == TrackKind.VIDEO)
            .map(track -> syncSamples(fragment, track.index()))
            .orElse(List.of());
    if (left.isEmpty()) {
      keep(fragment);
      return;
    }
    for (Part part : left) {
      part(fragment, part);
    }
    // Other bytes, so another number; of the same place in the order.
    FragmentNumber number = fragment.number();
    end(
        fragment,
        new FragmentNumber(
            number.counter(),
            number.serverEpochMs(),
            ThreadLocalRandom.current().nextInt(FragmentNumber.RANDOM_BOUND)),
        FragmentState.THINNED,
        Bytes.EMPTY);
  }

  private List<Part> syncSamples(FragmentEntry fragment, int track) {
    var samples = new ArrayList<Sample>();
    var payloads = new ArrayList<ByteBuffer>();
    long end = 0;
    for (PartEntry entry : fragment.parts(track)) {
      StoredPart part = reader.part(fragment.file(), entry);
      List<ByteBuffer> slices = slices(part);
      for (int i = 0; i < slices.size(); i++) {
        Sample sample = part.samples().get(i);
        if (sample.sync()) {
          samples.add(sample);
          payloads.add(slices.get(i));
        }
        end = sample.decodeTime() + sample.duration();
      }
    }
    var parts = new ArrayList<Part>();
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      long until = i + 1 < samples.size() ? samples.get(i + 1).decodeTime() : end;
      parts.add(
          new Part(
              track,
              List.of(
                  new Sample(
                      sample.decodeTime(),
                      sample.compositionOffset(),
                      Math.toIntExact(until - sample.decodeTime()),
                      sample.size(),
                      true)),
              List.of(payloads.get(i)),
              false));
    }
    return parts;
  }

  private void forget(FragmentEntry fragment) throws IOException {
    end(fragment, fragment.number(), FragmentState.FORGOTTEN, Bytes.EMPTY);
    gap(
        new Gap(
            fragment.producerTimeNs(),
            fragment.producerEndNs(),
            GapReason.FORGOTTEN,
            "deleted on request",
            fragment.live()));
  }

  private void part(FragmentEntry fragment, Part part) throws IOException {
    byte[] table = SampleTable.encode(part.samples());
    long offset = size;
    int length =
        append(
            StoreFormat.PART,
            PartRecord.body(fragment.number().counter(), fragment.run(), part, table));
    index.part(part.trackIndex(), part.samples(), table, part.payloads(), offset, length);
  }

  /** The end record keeps the hashes of the fragment as it was: its chain stays whole. */
  private void end(FragmentEntry fragment, FragmentNumber number, FragmentState state, Bytes origin)
      throws IOException {
    var end =
        new FragmentEnd(
            number,
            fragment.run(),
            fragment.producerTimeNs(),
            fragment.serverTimeNs(),
            fragment.durationNs(),
            fragment.startsWithSync(),
            state,
            fragment.segmentCount(),
            fragment.live(),
            fragment.duplicateOf(),
            origin);
    List<PartEntry> parts = index.openParts();
    var stored =
        new Records.StoredEnd(
            end,
            parts.size(),
            parts.stream().mapToLong(PartEntry::payloadBytes).sum(),
            fragment.previousHash(),
            fragment.content(),
            fragment.hash());
    var body = new ByteWriter();
    Records.writeEnd(body, stored);
    append(StoreFormat.FRAGMENT_END, List.of(body.asBuffer()));
    var _ = index.take(stored);
  }

  private void gap(Gap gap) throws IOException {
    var body = new ByteWriter();
    Records.writeGap(body, gap);
    append(StoreFormat.GAP, List.of(body.asBuffer()));
    index.gap(gap);
  }

  private int append(int type, List<ByteBuffer> body) throws IOException {
    EncodedRecord record = EncodedRecord.of(id, type, sequence++, body);
    out.append(record.bytes());
    size += record.length();
    return record.length();
  }
}
