// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.Locale;

/**
 * A chunk file within its stream. The value is the fragment counter reserved when the file was
 * created, so ids rise with time and never repeat. Immutable.
 *
 * @param stream the stream whose records the file holds
 * @param value unique within the stream, not negative
 */
public record ChunkFileId(StreamId stream, long value) {

  /** The file's base name, 16 lower-case hex digits, so that names sort by age. */
  public String baseName() {
    return String.format(Locale.ROOT, "%016x", value);
  }

  @Override
  public String toString() {
    return stream + "/" + baseName();
  }
}
