// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The small file that says that a folder is a data folder, of which format, and which one. Written
 * and forced before anything else. Stateless.
 */
final class Identity {

  static final String FILE = "weir-data";

  private static final String FORMAT = "weir data folder, format ";
  private static final String FORMAT_LINE = FORMAT + StoreFormat.FOLDER_VERSION;

  private Identity() {}

  static boolean isIn(Path root) {
    return Files.exists(root.resolve(FILE));
  }

  /**
   * The identity of a folder, which gets one when it is empty.
   *
   * @throws StorageFailure when it holds other things, or is of another format
   */
  static String ofOrNew(Path root) throws IOException {
    if (!isIn(root)) {
      checkEmpty(root);
      writeText(root, FILE, FORMAT_LINE + "\n" + UUID.randomUUID() + "\n");
    }
    List<String> lines = Files.readAllLines(root.resolve(FILE), StandardCharsets.UTF_8);
    if (lines.size() < 2 || !lines.getFirst().equals(FORMAT_LINE)) {
      throw new StorageFailure(
          isNewer(lines) ? "data folder of a newer version of Weir" : "data folder's identity",
          root.resolve(FILE).toString(),
          FORMAT_LINE,
          lines.isEmpty() ? "nothing" : lines.getFirst());
    }
    return lines.get(1);
  }

  private static boolean isNewer(List<String> lines) {
    return !lines.isEmpty()
        && lines.getFirst().matches(FORMAT + "[0-9]{1,9}")
        && Integer.parseInt(lines.getFirst().substring(FORMAT.length()))
            > StoreFormat.FOLDER_VERSION;
  }

  /** Replaces a small file in a folder, forced, with its name. */
  static void writeText(Path root, String name, String text) throws IOException {
    Path fresh = root.resolve(name + ".new");
    try (FileChannel file =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(
        fresh,
        root.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder = FileChannel.open(root, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void checkEmpty(Path root) throws IOException {
    try (var files = Files.list(root)) {
      // A file system's root has lost+found, and is empty for all that.
      Optional<String> other =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.startsWith(FILE) && !name.equals("lost+found"))
              .findFirst();
      if (other.isPresent()) {
        throw new StorageFailure(
            "not a data folder",
            root.toString(),
            "an empty folder, or one with the file " + FILE,
            other.get());
      }
    }
  }
}
