// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StreamId;
import java.nio.file.Path;
import java.util.Optional;

/** Where things lie in a data folder. Stateless. */
final class Layout {

  static final Path STREAMS = Path.of("streams");
  static final Path LOST_AND_FOUND = Path.of("lost+found");

  private Layout() {}

  static Path folder(StreamId stream) {
    return STREAMS.resolve(stream.toString());
  }

  static Path open(ChunkFileId file) {
    return folder(file.stream()).resolve(file.baseName() + StoreFormat.OPEN_SUFFIX);
  }

  static Path sealed(ChunkFileId file) {
    return folder(file.stream()).resolve(file.baseName() + StoreFormat.SEALED_SUFFIX);
  }

  /** A file that is being made from another. */
  static Path copy(ChunkFileId file) {
    return folder(file.stream()).resolve(file.baseName() + StoreFormat.COPY_SUFFIX);
  }

  /** The stream of a folder's name. */
  static Optional<StreamId> stream(Path folder) {
    try {
      return Optional.of(StreamId.parse(folder.getFileName().toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The chunk file of a file's name, when it ends with the suffix. */
  static Optional<ChunkFileId> file(StreamId stream, Path file, String suffix) {
    String name = file.getFileName().toString();
    if (!name.endsWith(suffix) || name.length() != 16 + suffix.length()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ChunkFileId(stream, Long.parseUnsignedLong(name.substring(0, 16), 16)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
