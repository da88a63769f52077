// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.container.mkv.MatroskaWriter;
import dev.weir.container.mkv.MatroskaWriter.Block;
import dev.weir.container.mkv.MatroskaWriter.Cue;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Sample;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.playback.LazyBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;

/**
 * A clip as Matroska: cues in front, a cluster a slice. Pictures that only others past them need
 * (decoded before the end, shown after it) are marked invisible. Confined to one thread.
 */
final class MatroskaClip {

  private final Archive archive;
  private final ClipPlan plan;
  private final TimeRange range;
  private final MatroskaWriter writer;

  private MatroskaClip(Archive archive, ClipPlan plan, TimeRange range) {
    this.archive = archive;
    this.plan = plan;
    this.range = range;
    this.writer = new MatroskaWriter(plan.tracks());
  }

  static ByteSource of(Archive archive, ClipPlan plan, TimeRange range, Runnable onClose) {
    return new MatroskaClip(archive, plan, range).body(onClose);
  }

  private ByteSource body(Runnable onClose) {
    var body = new SliceBody(plan.slices(), this::bytes, this::open);
    byte[] head = writer.segmentHead(OptionalLong.of(writer.units(plan.lengthNs())), plan.fromNs());
    List<Cue> cues = cues(body, 0);
    long clustersAt = (long) head.length + MatroskaWriter.cuesBytes(cues.size());
    byte[] cueBytes = MatroskaWriter.cues(cues(body, clustersAt));
    byte[] fileHead = writer.fileHead(OptionalLong.of(clustersAt + body.length()));
    return new Concatenation(
        List.of(ByteSource.of(fileHead), ByteSource.of(head), ByteSource.of(cueBytes), body),
        onClose);
  }

  private List<Cue> cues(SliceBody body, long clustersAt) {
    Track main = plan.main();
    var cues = new ArrayList<Cue>();
    var cued = new HashSet<FragmentNumber>();
    for (int i = 0; i < plan.slices().size(); i++) {
      Slice slice = plan.slices().get(i);
      if (slice.track().equals(main) && body.start(i) < body.start(i + 1)) {
        Block first = blocks(slice).getFirst();
        if (first.key() && cued.add(slice.placed().fragment().number())) {
          cues.add(new Cue(main.index(), first.timestamp(), clustersAt + body.start(i)));
        }
      }
    }
    return cues;
  }

  private long bytes(Slice slice) {
    List<Block> blocks = blocks(slice);
    return blocks.isEmpty() ? 0 : MatroskaWriter.clustersBytes(blocks);
  }

  private ByteSource open(Slice slice) {
    return new LazyBytes(bytes(slice), () -> clusters(slice));
  }

  private byte[] clusters(Slice slice) {
    ByteBuffer payload =
        archive.readPart(slice.placed().fragment(), slice.placed().part()).payload().duplicate();
    payload.position(payload.position() + (int) slice.payloadOffset(archive));
    var kept = ByteBuffer.allocate((int) slice.payloadBytes(archive));
    for (Sample sample : slice.samples(archive)) {
      if (isKept(slice, sample)) {
        kept.put(payload.slice(payload.position(), sample.size()));
      }
      payload.position(payload.position() + sample.size());
    }
    return MatroskaWriter.clusters(blocks(slice), kept.flip());
  }

  /** Leading pictures of the first sync sample are shown before it, and can't be decoded. */
  private boolean isKept(Slice slice, Sample sample) {
    return producerNs(slice, sample) >= plan.fromNs();
  }

  private static long producerNs(Slice slice, Sample sample) {
    return slice.placed().producerNs(sample.presentationTime());
  }

  private List<Block> blocks(Slice slice) {
    var blocks = new ArrayList<Block>();
    for (Sample sample : slice.samples(archive)) {
      if (isKept(slice, sample)) {
        long ns = producerNs(slice, sample);
        blocks.add(
            new Block(
                slice.track().index(),
                writer.timestamp(slice.track(), ns + slice.shiftNs()),
                sample.size(),
                sample.sync(),
                ns >= range.toNs(),
                sample.discardPaddingNs()));
      }
    }
    return blocks;
  }
}
