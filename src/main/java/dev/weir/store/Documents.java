// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Small files beside a stream's chunk files, replaced atomically and forced; every disk that can be
 * written has a copy, so that the loss of one takes none. Thread-safe.
 */
final class Documents {

  private static final String A_FOLDER = "(a folder)";

  private final Volumes volumes;

  Documents(Volumes volumes) {
    this.volumes = volumes;
  }

  /**
   * All copies; they differ where a disk was away while one was replaced. A folder of the name is a
   * copy that makes no sense.
   */
  List<byte[]> read(StreamId stream, String name) {
    Path path = Layout.folder(stream).resolve(name);
    var copies = new ArrayList<byte[]>();
    var failures = new ArrayList<StorageFailure>();
    for (Volume volume : volumes.all()) {
      try {
        if (volume.disk().isFile(path)) {
          copies.add(bytes(volume.disk(), path));
        } else if (volume.disk().exists(path)) {
          copies.add(A_FOLDER.getBytes(StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        failures.add(StoreEvents.storageFailure("reading", volume + "/" + path, e));
      }
    }
    if (copies.isEmpty() && !failures.isEmpty()) {
      throw failures.getFirst();
    }
    return copies;
  }

  private static byte[] bytes(Disk disk, Path path) throws IOException {
    try (Disk.Handle handle = disk.openForReading(path)) {
      var bytes = ByteBuffer.allocate(Math.toIntExact(handle.size()));
      handle.read(0, bytes);
      return bytes.array();
    }
  }

  /** Replaces it on every disk that works; on one at least. */
  synchronized void write(StreamId stream, String name, byte[] bytes) {
    Path folder = Layout.folder(stream);
    var failures = new ArrayList<StorageFailure>();
    int written = 0;
    for (Volume volume : volumes.all()) {
      try {
        if (volume.failure().isEmpty()) {
          volume.makeFolder(stream);
          replace(volume.disk(), folder.resolve(name), bytes);
          volume.forceFolder(folder);
          written++;
        }
      } catch (IOException e) {
        volume.troubled(e);
        failures.add(StoreEvents.storageFailure("writing", volume + "/" + folder + "/" + name, e));
      }
    }
    if (written == 0) {
      throw failures.isEmpty() ? volumes.refused().orElseThrow() : failures.getFirst();
    }
  }

  private static void replace(Disk disk, Path path, byte[] bytes) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    disk.delete(fresh);
    try (Disk.Handle handle = disk.create(fresh)) {
      handle.append(List.of(ByteBuffer.wrap(bytes)));
      handle.force();
    }
    disk.rename(fresh, path);
  }

  /** Removes a stream's folder with all that is in it, from every disk. */
  synchronized void deleteFolder(StreamId stream) {
    Path folder = Layout.folder(stream);
    for (Volume volume : volumes.all()) {
      try {
        for (Path file : volume.disk().list(folder)) {
          volume.disk().delete(file);
        }
        volume.disk().delete(folder);
        volume.forgetFolder(stream);
        if (volume.disk().exists(Layout.STREAMS)) {
          volume.disk().forceFolder(Layout.STREAMS);
        }
      } catch (IOException e) {
        throw StoreEvents.storageFailure("deleting", volume + "/" + folder, e);
      }
    }
  }
}
