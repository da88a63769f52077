// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

/** A standing request to be told; closing ends it. Thread-safe. */
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
