// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.ByteWriter;
import dev.weir.container.mkv.MatroskaWriter;
import dev.weir.container.mkv.MatroskaWriter.Block;
import dev.weir.model.FragmentEntry;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.StoredPart;
import dev.weir.model.Track;
import dev.weir.playback.LazyBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Endless Matroska: timestamp zero is the first moment sent, and DateUTC says when that was.
 * Confined to one thread at a time.
 */
final class LiveMatroska implements LiveWriter {

  private final Archive archive;
  private final MatroskaWriter writer;
  private final long zeroNs;

  LiveMatroska(Archive archive, FragmentEntry first, RunHeader run) {
    this.archive = archive;
    this.writer = new MatroskaWriter(run.tracks());
    long earliest = Long.MAX_VALUE;
    for (PartEntry part : first.parts()) {
      Track track = run.tracks().get(part.trackIndex());
      earliest = Math.min(earliest, run.producerTimeNs(track, part.firstPresentationTime()));
    }
    this.zeroNs = earliest;
  }

  @Override
  public byte[] head() {
    return new ByteWriter()
        .bytes(writer.fileHead(OptionalLong.empty()))
        .bytes(writer.segmentHead(OptionalLong.empty(), zeroNs))
        .toArray();
  }

  @Override
  public List<ByteSource> fragment(FragmentEntry fragment, RunHeader run) {
    var pieces = new ArrayList<ByteSource>();
    for (PartEntry part : fragment.parts()) {
      List<Block> blocks = blocks(run, part, archive.readSamples(fragment, part));
      if (!blocks.isEmpty()) {
        pieces.add(
            new LazyBytes(
                MatroskaWriter.clustersBytes(blocks), () -> clusters(fragment, run, part)));
      }
    }
    return pieces;
  }

  private byte[] clusters(FragmentEntry fragment, RunHeader run, PartEntry part) {
    StoredPart stored = archive.readPart(fragment, part);
    List<Block> blocks = blocks(run, part, stored.samples());
    ByteBuffer payload = stored.payload().duplicate();
    var kept = ByteBuffer.allocate(part.payloadBytes());
    for (Sample sample : stored.samples()) {
      if (isKept(run, part, sample)) {
        kept.put(payload.slice(payload.position(), sample.size()));
      }
      payload.position(payload.position() + sample.size());
    }
    return MatroskaWriter.clusters(blocks, kept.flip());
  }

  private List<Block> blocks(RunHeader run, PartEntry part, List<Sample> samples) {
    Track track = run.tracks().get(part.trackIndex());
    var blocks = new ArrayList<Block>(samples.size());
    for (Sample sample : samples) {
      if (isKept(run, part, sample)) {
        long ns = run.producerTimeNs(track, sample.presentationTime()) - zeroNs;
        blocks.add(
            new Block(
                track.index(),
                writer.timestamp(track, ns),
                sample.size(),
                sample.sync(),
                false,
                sample.discardPaddingNs()));
      }
    }
    return blocks;
  }

  /** What is shown before the first moment sent, as audio that came late, has no timestamp. */
  private boolean isKept(RunHeader run, PartEntry part, Sample sample) {
    Track track = run.tracks().get(part.trackIndex());
    return run.producerTimeNs(track, sample.presentationTime()) >= zeroNs;
  }
}
