// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/** A folder that pictures are written into; each is there as a whole, forced, or not at all. */
final class FolderDestination implements Destination {

  private final Path bucket;
  private final Function<Delivery, ObjectKey> keys;

  FolderDestination(Path bucket, Function<Delivery, ObjectKey> keys) {
    this.bucket = bucket.toAbsolutePath().normalize();
    this.keys = keys;
  }

  @Override
  public Outcome send(Delivery delivery) {
    try {
      Path file = bucket.resolve(keys.apply(delivery).text()).normalize();
      // The prefix is the producer's to choose.
      if (!file.startsWith(bucket)) {
        return new Outcome(false, true, "the key leads out of its bucket");
      }
      Files.createDirectories(file.getParent());
      Path part = file.resolveSibling(file.getFileName() + ".part");
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        var bytes = delivery.body().asBuffer();
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return new Outcome(true, false, "written");
    } catch (InvalidPathException e) {
      return new Outcome(false, true, e.toString());
    } catch (IOException e) {
      return new Outcome(false, false, e.toString());
    }
  }
}
