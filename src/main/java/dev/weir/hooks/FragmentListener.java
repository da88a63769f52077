// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

/** Who is told of fragments in the server's own process. Called on one thread of its own. */
@FunctionalInterface
public interface FragmentListener {

  /**
   * Takes note; of the next fragment of the stream it is told once this returns.
   *
   * @throws Exception when it could not: it is told of the same fragment again, after a while
   */
  void onFragment(SeenFragment fragment) throws Exception;
}
