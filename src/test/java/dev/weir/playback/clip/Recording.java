// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.TimecodeMode;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A stream that a test pushes into and reads back. Confined to one thread. */
public final class Recording implements AutoCloseable {

  public final StreamId stream;
  public final DiskArchive archive;

  public Recording(Path folder) {
    this(folder, StreamId.random());
  }

  /** On a folder that has the stream already. */
  public Recording(Path folder, StreamId stream) {
    this.stream = stream;
    archive = DiskArchive.open(ArchiveOptions.of(folder), InstantSource.system());
  }

  /** Pushes a sample, anchored by its arrival. */
  public void push(String sample) {
    push(sample, IngestOptions.ARRIVAL);
  }

  /** Pushes a sample whose media time zero is this producer time. */
  public void pushAt(String sample, long startNs) {
    push(sample, IngestOptions.of(TimecodeMode.RELATIVE, startNs, 0));
  }

  private void push(String sample, IngestOptions options) {
    var session =
        new IngestSession(
            options,
            archive.openSession(stream, 6_000_000_000L, Durability.FSYNC),
            ack -> {},
            InstantSource.system());
    session.feed(ByteBuffer.wrap(media(sample)));
    session.end();
    session.completion().join();
  }

  private static byte[] media(String sample) {
    try {
      return Files.readAllBytes(Path.of("media-samples", sample));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Archive archive() {
    return archive;
  }

  /** Presentation times of all stored samples of a kind, producer nanoseconds, in order. */
  public List<Long> presentationNs(TrackKind kind) {
    var times = new ArrayList<Long>();
    try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      for (FragmentEntry fragment : timeline.fragments()) {
        RunHeader run = timeline.run(fragment);
        for (PartEntry part : fragment.parts()) {
          Track track = run.tracks().get(part.trackIndex());
          if (track.kind() == kind) {
            for (Sample sample : archive.readSamples(fragment, part)) {
              times.add(run.producerTimeNs(track, sample.presentationTime()));
            }
          }
        }
      }
    }
    return times.stream().sorted().toList();
  }

  /** The number of the last fragment that starts before a producer time. */
  public FragmentNumber lastNumberBefore(long producerNs) {
    try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      return timeline.fragments().stream()
          .filter(each -> each.producerTimeNs() < producerNs)
          .map(FragmentEntry::number)
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  /** Reads a source to its end into a file. */
  public static Path file(ByteSource source, Path file) {
    try {
      Files.write(file, bytes(source, 0, Math.toIntExact(source.length())));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] bytes(ByteSource source, long from, int count) {
    var bytes = new byte[count];
    for (int at = 0; at < count; ) {
      int block = Math.min(50_000, count - at);
      source.read(from + at, ByteBuffer.wrap(bytes, at, block));
      at += block;
    }
    return bytes;
  }

  @Override
  public void close() {
    archive.close();
  }
}
