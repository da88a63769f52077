// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.ByteWriter;
import dev.weir.container.mkv.MatroskaOrigin;
import dev.weir.container.mkv.MatroskaOrigin.Piece;
import dev.weir.container.mkv.MatroskaWriter;
import dev.weir.model.Bytes;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.RunHeader;
import dev.weir.model.SimpleTag;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * Makes of a fragment a Matroska document of its own: header, tags, its Cluster, tags. Where the
 * producer's bytes are kept they are given as they were, but for the Segment's size, which is
 * unknown; else the Cluster is made anew. The caller holds a lease on the fragment's file for as
 * long as a document is read. Thread-safe; blocks on the archive.
 */
final class ChunkDocument {

  private final Archive archive;

  ChunkDocument(Archive archive) {
    this.archive = archive;
  }

  ByteSource of(
      FragmentEntry fragment, RunHeader run, List<SimpleTag> before, List<SimpleTag> after) {
    byte[] tagsBefore = MatroskaWriter.tags(before);
    byte[] tagsAfter = after.isEmpty() ? new byte[0] : MatroskaWriter.tags(after);
    Bytes kept = archive.readOrigin(fragment);
    return kept.size() == 0
        ? anew(fragment, run, tagsBefore, tagsAfter)
        : asWritten(fragment, MatroskaOrigin.read(kept), tagsBefore, tagsAfter);
  }

  /** A document of nothing but tags. */
  static ByteSource ofTags(List<SimpleTag> tags) {
    return ByteSource.of(
        new ByteWriter()
            .bytes(
                new MatroskaWriter(List.of(), MediaTime.NANOS_PER_MILLI)
                    .fileHead(OptionalLong.empty()))
            .bytes(MatroskaWriter.tags(tags))
            .toArray());
  }

  private ByteSource asWritten(
      FragmentEntry fragment, MatroskaOrigin origin, byte[] before, byte[] after) {
    byte[] header = origin.openHeader();
    long length = (long) header.length + origin.before().size() + before.length + after.length;
    for (Piece piece : origin.pieces()) {
      length += piece.literal().size();
    }
    int total = Math.toIntExact(length + fragment.payloadBytes());
    return new HeldBytes(
        total,
        () -> {
          var samples = new FragmentSamples(archive, fragment);
          var out = new ByteWriter(total).bytes(header).bytes(origin.before()).bytes(before);
          for (Piece piece : origin.pieces()) {
            out.bytes(piece.literal());
            if (piece.trackIndex() >= 0) {
              out.bytes(samples.next(piece.trackIndex()));
            }
          }
          return out.bytes(after).toArray();
        });
  }

  private ByteSource anew(FragmentEntry fragment, RunHeader run, byte[] before, byte[] after) {
    var cluster = new MadeCluster(archive, fragment, run);
    long length = cluster.headBytes() + before.length + cluster.length() + after.length;
    return new HeldBytes(
        length,
        () -> {
          ByteBuffer body = ByteBuffer.wrap(cluster.bytes());
          return new ByteWriter(Math.toIntExact(length))
              .bytes(cluster.head())
              .bytes(before)
              .bytes(body)
              .bytes(after)
              .toArray();
        });
  }
}
