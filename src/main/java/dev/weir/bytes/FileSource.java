// SPDX-License-Identifier: Apache-2.0
package dev.weir.bytes;

import dev.weir.model.CorruptRecord;
import dev.weir.model.NotFound;
import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file as it was long when it was opened; what is appended later is not seen. Confined to one
 * thread at a time.
 */
public final class FileSource implements ByteSource {

  private final Path file;
  private final FileChannel channel;
  private final long length;

  private FileSource(Path file, FileChannel channel, long length) {
    this.file = file;
    this.channel = channel;
    this.length = length;
  }

  /**
   * @throws NotFound when there is no such file
   * @throws StorageFailure when it can't be read
   */
  public static FileSource open(Path file) {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      return new FileSource(file, channel, channel.size());
    } catch (NoSuchFileException e) {
      throw new NotFound("no such file", file.toString(), "a file", "none");
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, ByteBuffer destination) {
    long at = position;
    try {
      while (destination.hasRemaining()) {
        int count = channel.read(destination, at);
        if (count < 0) {
          throw new CorruptRecord(
              "file became shorter", file + " byte " + at, length + " bytes", "its end");
        }
        at += count;
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static StorageFailure failure(Path file, IOException cause) {
    var failure =
        new StorageFailure(
            "file can't be read", file.toString(), "", String.valueOf(cause.getMessage()));
    failure.initCause(cause);
    return failure;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }
}
