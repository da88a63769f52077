// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

/** Who looks at pictures in the server's own process. Called on one thread of its own. */
@FunctionalInterface
public interface FrameListener {

  /**
   * Takes a picture; the next of the stream is given once this returns.
   *
   * @throws Exception when it could not: the same picture is given again, after a while
   */
  void onFrame(SeenFrame frame) throws Exception;
}
