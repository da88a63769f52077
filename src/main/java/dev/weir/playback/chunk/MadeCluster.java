// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteWriter;
import dev.weir.container.mkv.MatroskaWriter;
import dev.weir.container.mkv.MatroskaWriter.Block;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * A fragment that did not come as a Cluster, as one: its timestamps are producer time in
 * milliseconds since 1970. Confined to one thread, blocks on the archive.
 */
final class MadeCluster {

  /** A block reaches 32 s from its cluster's time, and a fragment is shorter. */
  private static final long SCALE_NS = MediaTime.NANOS_PER_MILLI;

  private record Placed(long decodeNs, Block block) {}

  private final Archive archive;
  private final FragmentEntry fragment;
  private final byte[] head;
  private final List<Block> blocks;

  MadeCluster(Archive archive, FragmentEntry fragment, RunHeader run) {
    this.archive = archive;
    this.fragment = fragment;
    var writer = new MatroskaWriter(run.tracks(), SCALE_NS);
    this.head =
        new ByteWriter()
            .bytes(writer.fileHead(OptionalLong.empty()))
            .bytes(writer.segmentHead(OptionalLong.empty(), 0))
            .toArray();
    this.blocks = blocks(writer, run);
  }

  private List<Block> blocks(MatroskaWriter writer, RunHeader run) {
    var placed = new ArrayList<Placed>();
    for (PartEntry part : fragment.parts()) {
      Track track = run.tracks().get(part.trackIndex());
      for (Sample sample : archive.readSamples(fragment, part)) {
        long ns = run.producerTimeNs(track, sample.presentationTime());
        placed.add(
            new Placed(
                run.producerTimeNs(track, sample.decodeTime()),
                new Block(
                    track.index(),
                    writer.timestamp(track, ns),
                    sample.size(),
                    sample.sync(),
                    false,
                    sample.discardPaddingNs())));
      }
    }
    placed.sort(Comparator.comparingLong(Placed::decodeNs));
    return placed.stream().map(Placed::block).toList();
  }

  byte[] head() {
    return head;
  }

  int headBytes() {
    return head.length;
  }

  long length() {
    return MatroskaWriter.clustersBytes(blocks);
  }

  byte[] bytes() {
    var samples = new FragmentSamples(archive, fragment);
    var payload = ByteBuffer.allocate(Math.toIntExact(fragment.payloadBytes()));
    blocks.forEach(block -> payload.put(samples.next(block.trackIndex())));
    return MatroskaWriter.clusters(blocks, payload.flip());
  }
}
