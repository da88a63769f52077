// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.Bytes;
import java.util.concurrent.CompletableFuture;

/**
 * The hash chain of one run's chunks: each carries the hash of the one before, so none can be
 * changed, removed or slipped in later without a trace. A chunk takes its place when its end is
 * queued; what it links to is known once the chunk before it has come to rest, perhaps in another
 * file. Thread-safe.
 */
public final class Chain {

  /** What the first chunk of a chain links to. */
  public static final Bytes BEGINNING = Bytes.copyOf(new byte[32]);

  private Link newest;

  private Chain(Bytes last) {
    newest = new Link(new Object(), last);
    newest.settled.complete(last);
  }

  /** A chain without chunks. */
  public static Chain begin() {
    return new Chain(BEGINNING);
  }

  /** A chain that goes on after a chunk with this hash. */
  public static Chain after(Bytes hash) {
    return new Chain(hash);
  }

  /** Takes the next place, for a chunk of a file. */
  synchronized Place next(OpenFile file) {
    Link previous = newest;
    newest = new Link(file, BEGINNING);
    return new Place(previous, newest);
  }

  /** One chunk's hash: first written, then forced (settled). */
  private static final class Link {
    private final Object file;
    private final CompletableFuture<Bytes> settled = new CompletableFuture<>();
    private Bytes written;

    Link(Object file, Bytes written) {
      this.file = file;
      this.written = written;
    }
  }

  /**
   * A chunk's place in its chain. A chunk of the same file is linked to as soon as it is written,
   * since the two share their fate; one of another file once it is forced. Confined to the writer
   * thread that has the file.
   */
  static final class Place {
    private static final CompletableFuture<Bytes> NOW =
        CompletableFuture.completedFuture(BEGINNING);

    private final Link previous;
    private final Link own;

    private Place(Link previous, Link own) {
      this.previous = previous;
      this.own = own;
    }

    private boolean sameFile() {
      return previous.file.equals(own.file);
    }

    /** Completes once the chunk can be written. */
    CompletableFuture<Bytes> ready() {
      return sameFile() ? NOW : previous.settled;
    }

    /** The hash of the chunk before; only when ready. */
    Bytes previousHash() {
      return sameFile() ? previous.written : previous.settled.join();
    }

    void written(Bytes hash) {
      own.written = hash;
    }

    void forced() {
      own.settled.complete(own.written);
    }

    /** The chunk was not stored: the next one links to the one before it. */
    void lost() {
      var _ = previous.settled.thenAccept(own.settled::complete);
    }
  }
}
