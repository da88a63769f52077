// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

/** What ends a listener; how far it came is kept for the next one of the same id. Thread-safe. */
public interface Listening extends AutoCloseable {
  @Override
  void close();
}
