// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentState;
import dev.weir.model.MediaTime;
import dev.weir.model.Part;
import dev.weir.model.PartEntry;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.TimecodeMode;
import dev.weir.store.CrashableDisk;
import dev.weir.store.FileChunkStore;
import dev.weir.store.StepExecutor;
import dev.weir.store.StoreOptions;
import dev.weir.store.StoredSamples;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One archive through several lives of a server, and what that server promised in them: append,
 * seal, delete, thin, forget, catalog writes and recovery, cut off anywhere. All chance comes from
 * one seed, and all happens on one thread, so a history repeats. Confined to one thread.
 */
final class ArchiveHistory {

  private static final StoreOptions OPTIONS =
      new StoreOptions(1, 6_000, Long.MAX_VALUE / 4, 0, 1 << 20);

  private final Random random;
  private final StoredSamples media;
  private final CrashableDisk disk = new CrashableDisk();
  private final ForgetfulCatalog catalog = new ForgetfulCatalog(disk::crashed);
  private final List<StreamId> streams;

  /** A fragment for life: thinned, it gets another number of the same counter. */
  private record Key(StreamId stream, long counter) {
    static Key of(FragmentEntry fragment) {
      return new Key(fragment.file().stream(), fragment.number().counter());
    }
  }

  // What was promised.
  private final Map<Key, FragmentEntry> acknowledged = new HashMap<>();
  private final Map<Key, List<Part>> written = new HashMap<>();
  private final Set<Key> mayBeGone = new HashSet<>();
  private final Set<Key> mustBeGone = new HashSet<>();
  private final Set<Key> mayBeThin = new HashSet<>();
  private final Map<StreamId, String> settings = new HashMap<>();
  private final Map<StreamId, Long> greatestCounters = new HashMap<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private int crashes;
  private int startsCut;
  private int forgotten;
  private int thinned;

  ArchiveHistory(int seed) {
    random = new Random(seed * 104_729L + 7);
    media = new StoredSamples(random);
    streams = List.of(id(), id());
  }

  private StreamId id() {
    return new StreamId(new UUID(random.nextLong(), random.nextLong()));
  }

  int crashes() {
    return crashes;
  }

  int startsCut() {
    return startsCut;
  }

  int acknowledged() {
    return acknowledged.size();
  }

  int forgotten() {
    return forgotten;
  }

  int thinned() {
    return thinned;
  }

  private DiskArchive open(StepExecutor writers) {
    var cataloger = new StepExecutor();
    cataloger.direct();
    return new DiskArchive(
        listener -> new FileChunkStore(Map.of("disk", disk), OPTIONS, listener, writers),
        CompletableFuture.completedFuture(catalog),
        cataloger,
        64,
        () -> now,
        Adoption.UNHEARD);
  }

  /** A life of the server, from start to its end, most often a crash. */
  void live() {
    disk.crashAfter(random.nextInt(8) == 0 ? Long.MAX_VALUE : random.nextInt(220));
    if (random.nextInt(5) == 0) {
      disk.crashAfter(random.nextInt(25));
    }
    var writers = new StepExecutor();
    try (DiskArchive archive = open(writers)) {
      work(archive, writers);
      writers.direct();
    } catch (StorageFailure e) {
      if (!disk.crashed()) {
        throw e;
      }
      startsCut++;
    }
    if (disk.crashed()) {
      crashes++;
    }
    disk.restart(random.nextInt(4) == 0 ? CrashableDisk.End.KILL : CrashableDisk.End.POWER, random);
    catalog.crash(random);
    if (random.nextInt(20) == 0) {
      catalog.lose();
    }
    now = now.plusSeconds(1 + random.nextInt(100));
  }

  private void work(DiskArchive archive, StepExecutor writers) {
    var producers = new ArrayList<Producer>();
    streams.forEach(stream -> producers.add(new Producer(archive, stream)));
    producers.add(new Producer(archive, streams.getFirst()));
    for (int step = 0; step < 150 && !disk.crashed(); step++) {
      now = now.plusMillis(random.nextInt(50));
      Producer producer = producers.get(random.nextInt(producers.size()));
      try {
        switch (random.nextInt(40)) {
          case 0 -> writers.whileDirect(() -> delete(archive, producer.stream));
          case 1 -> writers.whileDirect(() -> thin(archive, producer.stream));
          case 2 -> writers.whileDirect(() -> forget(archive, producer.stream));
          case 3 -> settings(archive, producer.stream);
          case 4 -> producer.reconnect();
          case 5, 6, 7, 8, 9, 10 -> writers.run();
          default -> producer.write();
        }
      } catch (StorageFailure e) {
        if (!disk.crashed()) {
          throw e;
        }
      }
    }
    writers.run();
  }

  private static List<StoredFile> sealedFiles(DiskArchive archive, StreamId stream) {
    return archive.files(stream, Long.MIN_VALUE).stream().filter(StoredFile::sealed).toList();
  }

  private void delete(DiskArchive archive, StreamId stream) {
    List<StoredFile> files = sealedFiles(archive, stream);
    if (files.isEmpty()) {
      return;
    }
    StoredFile file = files.get(random.nextInt(files.size()));
    List<Key> counters = countersIn(archive, stream, file);
    mayBeGone.addAll(counters);
    archive.delete(stream, List.of(file.file()));
    mustBeGone.addAll(counters);
  }

  private static List<Key> countersIn(DiskArchive archive, StreamId stream, StoredFile file) {
    try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.SERVER)) {
      return timeline.fragments().stream()
          .filter(each -> each.file().equals(file.file()))
          .map(Key::of)
          .toList();
    }
  }

  private void thin(DiskArchive archive, StreamId stream) {
    List<StoredFile> files = sealedFiles(archive, stream);
    if (!files.isEmpty()) {
      StoredFile file = files.get(random.nextInt(files.size()));
      mayBeThin.addAll(countersIn(archive, stream, file));
      thinned += archive.thin(stream, file.file());
    }
  }

  private void forget(DiskArchive archive, StreamId stream) {
    List<FragmentEntry> fragments;
    try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      fragments = timeline.fragments();
    }
    if (fragments.isEmpty() || random.nextInt(3) > 0) {
      return;
    }
    FragmentEntry one = fragments.get(random.nextInt(fragments.size()));
    var range =
        new TimeRange(one.producerTimeNs(), one.producerEndNs() + random.nextInt(1_000_000_000));
    List<Key> meant =
        fragments.stream()
            .filter(each -> range.intersects(each.producerTimeNs(), each.producerEndNs()))
            .map(Key::of)
            .toList();
    mayBeGone.addAll(meant);
    // What is on its way and falls into the range is meant too.
    written.keySet().stream()
        .filter(key -> key.stream.equals(stream) && !acknowledged.containsKey(key))
        .forEach(mayBeGone::add);
    archive.forget(stream, range, List.of());
    mustBeGone.addAll(meant);
    forgotten += meant.size();
    var _ = archive.forgetPending(stream);
  }

  private void settings(DiskArchive archive, StreamId stream) {
    String text = "settings " + random.nextInt();
    String before = settings.getOrDefault(stream, "");
    settings.put(stream, before + "|" + text);
    archive.writeSettings(stream, text.getBytes(StandardCharsets.UTF_8));
    settings.put(stream, text);
  }

  /** A push session after another. */
  private final class Producer {

    final StreamId stream;
    private final DiskArchive archive;
    private SessionLog log;
    private boolean begun;
    private boolean open;
    private long counter;
    private List<Part> parts = new ArrayList<>();

    Producer(DiskArchive archive, StreamId stream) {
      this.archive = archive;
      this.stream = stream;
      this.log = archive.openSession(stream, 6_000_000_000L, Durability.FSYNC);
    }

    void write() {
      if (!begun) {
        var _ =
            log.startRun(
                new RunRequest(
                    StoredSamples.run(0).tracks(),
                    random.nextInt(5) * MediaTime.NANOS_PER_SECOND,
                    TimecodeMode.ARRIVAL,
                    0,
                    TimeRange.nanos(now)));
        begun = true;
      } else if (!open) {
        counter = log.beginFragment(TimeRange.nanos(now)).counter();
        assertThat(counter)
            .as("numbers never come again")
            .isGreaterThan(greatestCounters.getOrDefault(stream, 0L));
        greatestCounters.put(stream, counter);
        parts = new ArrayList<>();
        written.put(new Key(stream, counter), parts);
        open = true;
      } else if (parts.isEmpty() || random.nextInt(3) > 0) {
        Part part = media.part();
        parts.add(part);
        log.append(part);
      } else {
        open = false;
        var _ = log.endFragment().thenAccept(entry -> acknowledged.put(Key.of(entry), entry));
      }
    }

    void reconnect() {
      log.close();
      begun = false;
      open = false;
      log = archive.openSession(stream, 6_000_000_000L, Durability.FSYNC);
    }
  }

  /** Starts the server once more and holds what is there against what was promised. */
  void verify() {
    var writers = new StepExecutor();
    writers.direct();
    try (DiskArchive archive = open(writers)) {
      assertThat(archive.check().failures()).isEmpty();
      Map<Key, FragmentEntry> found = new HashMap<>();
      for (StreamId stream : streams) {
        try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.SERVER)) {
          for (FragmentEntry fragment : timeline.fragments()) {
            assertThat(found.put(Key.of(fragment), fragment)).as("twice there").isNull();
            check(archive, timeline, fragment);
          }
        }
        checkSettings(archive, stream);
      }
      for (Key key : acknowledged.keySet()) {
        if (!mayBeGone.contains(key)) {
          assertThat(found.containsKey(key)).as("%s, acknowledged, is there", key).isTrue();
        }
      }
      for (Key key : mustBeGone) {
        assertThat(found.containsKey(key)).as("%s, deleted, is there", key).isFalse();
      }
    }
    assertThat(disk.crashed()).isFalse();
  }

  private void check(DiskArchive archive, Timeline timeline, FragmentEntry fragment) {
    assertThat(timeline.run(fragment).tracks()).hasSize(2);
    List<Part> sent = written.getOrDefault(Key.of(fragment), List.of());
    if (fragment.state() == FragmentState.THINNED) {
      assertThat(mayBeThin).contains(Key.of(fragment));
      return;
    }
    if (fragment.state() == FragmentState.TRUNCATED) {
      assertThat(acknowledged).doesNotContainKey(Key.of(fragment));
    } else {
      assertThat(fragment.parts()).hasSameSizeAs(sent);
    }
    for (int i = 0; i < fragment.parts().size(); i++) {
      PartEntry entry = fragment.parts().get(i);
      StoredPart part = archive.readPart(fragment, entry);
      ByteBuffer payload = StoredSamples.payload(sent.get(i));
      assertThat(part.payload()).isEqualTo(payload);
      assertThat(part.samples()).isEqualTo(sent.get(i).samples());
    }
  }

  private void checkSettings(DiskArchive archive, StreamId stream) {
    String possible = settings.getOrDefault(stream, "");
    List<byte[]> copies = archive.readSettings(stream);
    String found = copies.isEmpty() ? "" : new String(copies.getFirst(), StandardCharsets.UTF_8);
    assertThat(List.of(possible.split("\\|", -1))).contains(found);
    settings.put(stream, found);
  }
}
