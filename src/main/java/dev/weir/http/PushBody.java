// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A body that is taken as it comes. Confined to the connection's event loop, but for what its
 * listener hears.
 */
interface PushBody {

  /** Takes bytes; the buffer is the caller's again on return. */
  void feed(ByteBuffer bytes);

  /** In how many milliseconds it must bring its floor of bytes, of itself. */
  default OptionalLong paceMillis() {
    return OptionalLong.empty();
  }

  /** Nothing has come for a while. */
  default void quiet() {}

  /** The body is complete. */
  void end();

  /** The rest of the body will not come, or is not wanted. */
  void abort(String why);

  /** Whether the body is understood well enough to promise an answer. */
  boolean accepted();

  /** True while no more should be read. */
  boolean congested();

  void whenRelieved(Runnable action);

  /**
   * Where acknowledgement lines go as they arise, on any thread; empty when the answer is one
   * summary at the end.
   */
  Optional<LineStream> lines();

  /**
   * Completes once the body is over and everything of it is settled; on any thread, never
   * exceptionally.
   */
  CompletableFuture<Outcome> completion();

  /** What a push came to. */
  interface Outcome {
    /**
     * The answer.
     *
     * @param problem why the body was not taken to its end; empty when it was
     */
    Response answer(Optional<Problem> problem);
  }

  /** Lines, and how they are sent. */
  record LineStream(EarlyLines lines, LineForm form) {}
}
