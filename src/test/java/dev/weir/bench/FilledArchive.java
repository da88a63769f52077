// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.archive.RunRequest;
import dev.weir.archive.SessionLog;
import dev.weir.control.StreamSettings;
import dev.weir.control.Streams;
import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.Part;
import dev.weir.model.Sample;
import dev.weir.model.StreamId;
import dev.weir.model.StreamName;
import dev.weir.model.TimecodeMode;
import dev.weir.model.Track;
import dev.weir.store.StoreOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A data folder with years of recordings: real chunk files, written and sealed by the store and
 * listed by the catalog, of fragments that are tiny. Confined to one thread.
 */
final class FilledArchive {

  static final int STREAMS = 20;
  static final int FRAGMENTS_A_FILE = 100;

  private static final int TIMESCALE = 48_000;
  private static final int FRAGMENT_SECONDS = 2;
  private static final int PAYLOAD_BYTES = 16;

  /** What the store counts of such a part: its payload, its table and its record. */
  private static final long PART_WEIGHT_BYTES = PAYLOAD_BYTES + 4 + 256;

  private static final Track TRACK =
      new Track(
          0,
          TIMESCALE,
          "und",
          new Codec.Aac(Bytes.fromHex("1190"), "mp4a.40.2", new AudioFormat(48_000, 2, 1024, 0)));

  private FilledArchive() {}

  static StreamName name(int stream) {
    return new StreamName("cam-" + stream);
  }

  /**
   * Fills a data folder, which must be new.
   *
   * @param retention of each stream
   */
  static void fill(Path data, int files, Duration retention)
      throws InterruptedException, ExecutionException {
    var options =
        ArchiveOptions.of(
            List.of(data),
            new StoreOptions(
                8,
                FRAGMENTS_A_FILE * PART_WEIGHT_BYTES,
                Duration.ofHours(24).toNanos(),
                0,
                64L << 20));
    try (var archive = DiskArchive.open(options, InstantSource.system());
        var threads = Executors.newFixedThreadPool(STREAMS)) {
      var streams = new Streams(archive, InstantSource.system());
      var filling = new ArrayList<Future<?>>();
      for (int i = 0; i < STREAMS; i++) {
        StreamId id = streams.put(name(i), keptFor(retention)).id();
        filling.add(threads.submit(() -> fill(archive, id, files / STREAMS)));
      }
      for (Future<?> each : filling) {
        each.get();
      }
    }
  }

  static StreamSettings keptFor(Duration retention) {
    StreamSettings usual = StreamSettings.DEFAULT;
    return new StreamSettings(
        retention,
        0,
        usual.mediaType(),
        usual.tags(),
        usual.description(),
        usual.durability(),
        usual.priority(),
        usual.thinAfter(),
        usual.targetDuration(),
        usual.producerClockOffset());
  }

  private static void fill(DiskArchive archive, StreamId stream, int files) {
    long lengthNs = (long) files * FRAGMENTS_A_FILE * FRAGMENT_SECONDS * MediaTime.NANOS_PER_SECOND;
    long startNs = System.currentTimeMillis() * MediaTime.NANOS_PER_MILLI - lengthNs;
    // Sealing forces each file; nothing is acknowledged here, so fragments need not be.
    try (SessionLog log = archive.openSession(stream, 6_000_000_000L, Durability.WRITTEN)) {
      log.startRun(new RunRequest(List.of(TRACK), 0, TimecodeMode.RELATIVE, startNs, startNs));
      long ticks = 0;
      for (int file = 0; file < files; file++) {
        CompletableFuture<FragmentEntry> last = new CompletableFuture<>();
        for (int i = 0; i < FRAGMENTS_A_FILE; i++) {
          int duration = FRAGMENT_SECONDS * TIMESCALE;
          log.beginFragment(startNs + ticks / TIMESCALE * MediaTime.NANOS_PER_SECOND);
          log.append(
              new Part(
                  0,
                  List.of(new Sample(ticks, 0, duration, PAYLOAD_BYTES, true)),
                  List.of(ByteBuffer.allocate(PAYLOAD_BYTES).putLong(ticks).rewind()),
                  false));
          ticks += duration;
          last = log.endFragment();
        }
        last.join();
      }
    }
  }
}
