// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import java.util.Optional;

/** A body without an end, taken piece by piece. Called on the read pool by one thread at a time. */
interface EndlessBody extends AutoCloseable {

  String contentType();

  /** The next piece; empty when there is none yet. */
  Optional<ByteSource> poll();

  /** True when no further piece will come. */
  boolean ended();

  /** Runs once, on any thread, when there may be another piece. */
  void onMore(Runnable action);

  @Override
  void close();
}
