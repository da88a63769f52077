// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notes of a Matroska document, Cluster by Cluster, all bytes that are not kept as samples, so that
 * with the samples it can be put together again byte for byte ({@link MatroskaOrigin}). What is not
 * worth its room is not noted. Confined to one thread.
 */
final class OriginRecorder {

  private static final int LARGEST_HEADER_BYTES = 256 << 10;
  private static final int LARGEST_CLUSTER_BYTES = 4 << 20;

  private ByteWriter literal = new ByteWriter();
  private ByteWriter recipe = new ByteWriter();
  private @Nullable Bytes header;
  private Bytes before = Bytes.EMPTY;
  private boolean clusterOpen;
  private boolean tooLarge;
  private Optional<Bytes> finished = Optional.empty();

  /** Bytes that are no sample. */
  void literal(ByteBuffer bytes) {
    int most = header == null ? LARGEST_HEADER_BYTES : LARGEST_CLUSTER_BYTES;
    tooLarge |= literal.size() + recipe.size() + bytes.remaining() > most;
    if (!tooLarge) {
      literal.bytes(bytes.duplicate());
    }
  }

  /** The next sample of a track stands here. */
  void sample(int trackIndex) {
    if (!tooLarge) {
      MatroskaOrigin.writeRun(recipe, literal);
      MatroskaOrigin.writeNumber(recipe, trackIndex + 1L);
      literal = new ByteWriter();
    }
  }

  /** What comes from now on is of the next Cluster, beginning with its id. */
  void clusterBegins() {
    if (header == null) {
      header = tooLarge ? Bytes.EMPTY : Bytes.copyOf(literal.toArray());
    } else if (clusterOpen) {
      finish();
    } else {
      before = Bytes.copyOf(literal.toArray());
    }
    literal = new ByteWriter();
    tooLarge = header.size() == 0;
    clusterOpen = true;
  }

  /** The Cluster has ended, with all that came after it. */
  void clusterEnds() {
    if (clusterOpen) {
      finish();
    }
  }

  private void finish() {
    MatroskaOrigin.writeRun(recipe, literal);
    Bytes head = header == null ? Bytes.EMPTY : header;
    finished =
        tooLarge ? Optional.empty() : Optional.of(MatroskaOrigin.encode(head, before, recipe));
    literal = new ByteWriter();
    recipe = new ByteWriter();
    before = Bytes.EMPTY;
    clusterOpen = false;
  }

  /** The Cluster that ended last; empty when there is none, or it was not noted. */
  Optional<Bytes> take() {
    Optional<Bytes> taken = finished;
    finished = Optional.empty();
    return taken;
  }
}
