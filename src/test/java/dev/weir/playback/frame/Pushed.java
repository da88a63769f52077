// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.model.Durability;
import dev.weir.model.StreamId;
import dev.weir.model.TimecodeMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Media brought into an archive as a push does it. Stateless. */
final class Pushed {

  private Pushed() {}

  /** Pushes a file; producer time of its first picture. */
  static long into(Archive archive, StreamId stream, Path file) throws IOException {
    return push(archive, stream, file, IngestOptions.ARRIVAL);
  }

  /** The same with media time zero at a producer time. */
  static long at(Archive archive, StreamId stream, Path file, long startNs) throws IOException {
    return push(archive, stream, file, IngestOptions.of(TimecodeMode.RELATIVE, startNs, 0));
  }

  private static long push(Archive archive, StreamId stream, Path file, IngestOptions options)
      throws IOException {
    var session =
        new IngestSession(
            options,
            archive.openSession(stream, 6_000_000_000L, Durability.FSYNC),
            ack -> {},
            InstantSource.system());
    session.feed(ByteBuffer.wrap(Files.readAllBytes(file)));
    session.end();
    return session.completion().join().firstProducerNs();
  }
}
