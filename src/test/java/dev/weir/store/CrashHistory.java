// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.Part;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.WeirException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * One data folder through several lives of a server, and what that server promised in them. All
 * chance comes from one seed, and all happens on one thread, so a history repeats. Confined to one
 * thread.
 */
final class CrashHistory {

  private static final StoreOptions OPTIONS =
      new StoreOptions(1, 9_000, Long.MAX_VALUE / 4, 0, 1 << 20);

  private final Random random;
  private final StoredSamples media;
  private final CrashableDisk disk = new CrashableDisk();
  private final List<StreamId> streams;

  // What was asked for, and of it what was promised.
  private final Map<FragmentNumber, List<Part>> begun = new HashMap<>();
  private final Map<FragmentNumber, FragmentEntry> acknowledged = new HashMap<>();
  private final Set<FragmentNumber> abandoned = new HashSet<>();
  private final Set<FragmentNumber> refused = new HashSet<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final Set<ChunkFileId> deletionAsked = new HashSet<>();
  private final Set<ChunkFileId> deletionDone = new HashSet<>();
  private final Map<StreamId, List<String>> documents = new HashMap<>();

  private long counter = 1_000_000;
  private boolean forceFailed;
  private int crashes;
  private int recoveriesCut;

  CrashHistory(int seed) {
    random = new Random(seed * 7919L + 13);
    media = new StoredSamples(random);
    streams = List.of(id(), id());
  }

  int crashes() {
    return crashes;
  }

  int recoveriesCut() {
    return recoveriesCut;
  }

  int acknowledged() {
    return acknowledged.size();
  }

  private StreamId id() {
    return new StreamId(new UUID(random.nextLong(), random.nextLong()));
  }

  private long next() {
    counter += 1 + random.nextInt(1000);
    return counter;
  }

  /** A life of the server, from start to its end, most often a crash. */
  void live() {
    var executor = new StepExecutor();
    var store = new FileChunkStore(Map.of("disk", disk), OPTIONS, new Sealed(), executor);
    disk.crashAfter(random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(160));
    if (random.nextInt(4) == 0) {
      disk.crashAfter(random.nextInt(12));
    }
    try {
      store.recover();
    } catch (StorageFailure e) {
      if (!disk.crashed()) {
        throw e;
      }
    }
    if (disk.crashed()) {
      recoveriesCut++;
    } else {
      work(store, executor);
    }
    executor.direct();
    store.close();
    if (disk.crashed()) {
      crashes++;
    }
    disk.restart(random.nextInt(4) == 0 ? CrashableDisk.End.KILL : CrashableDisk.End.POWER, random);
  }

  private void work(ChunkStore store, StepExecutor executor) {
    var sessions = new ArrayList<Session>();
    for (int i = 0; i < 3; i++) {
      StreamId stream = streams.get(random.nextInt(streams.size()));
      sessions.add(new Session(store, executor, stream));
    }
    for (int step = 0; step < 120 && !disk.crashed(); step++) {
      try {
        Session session = sessions.get(random.nextInt(sessions.size()));
        switch (random.nextInt(24)) {
          case 0 -> session.abandon();
          case 1 -> session.gap();
          case 2 -> session.replace();
          case 3 -> delete(store);
          case 4 -> document(store, session.stream);
          case 5 -> {
            if (random.nextInt(6) == 0) {
              disk.failNextForce();
              forceFailed = true;
            }
          }
          case 6, 7, 8, 9 -> executor.run();
          default -> session.write();
        }
      } catch (StorageFailure e) {
        if (!disk.crashed() && !forceFailed) {
          throw e;
        }
      }
    }
    executor.run();
  }

  private void delete(ChunkStore store) {
    List<ChunkFileId> files = store.sealedFiles();
    if (!files.isEmpty() && random.nextInt(3) == 0) {
      ChunkFileId file = files.get(random.nextInt(files.size()));
      deletionAsked.add(file);
      store.delete(List.of(file));
      deletionDone.add(file);
    }
  }

  private void document(ChunkStore store, StreamId stream) {
    String text = "settings " + random.nextInt();
    List<String> possible = documents.computeIfAbsent(stream, key -> new ArrayList<>(List.of("")));
    possible.add(text);
    store.writeDocument(stream, "stream.json", text.getBytes(StandardCharsets.UTF_8));
    possible.clear();
    possible.add(text);
  }

  /** A producer's writes. */
  private final class Session {

    final StreamId stream;
    private final ChunkStore store;
    private final StepExecutor executor;
    private RunHeader run = StoredSamples.run(0);
    private ChunkWriter writer;
    private List<Part> parts = new ArrayList<>();
    private Optional<FragmentNumber> open = Optional.empty();

    Session(ChunkStore store, StepExecutor executor, StreamId stream) {
      this.executor = executor;
      this.store = store;
      this.stream = stream;
      this.writer = acquire();
    }

    private ChunkWriter acquire() {
      ChunkWriter fresh = store.acquire(stream, Durability.FSYNC, CrashHistory.this::next);
      run = StoredSamples.run(next());
      fresh.run(run, Chain.begin());
      return fresh;
    }

    void write() {
      if (open.isEmpty()) {
        var number = new FragmentNumber(next(), 1234, random.nextInt(1 << 28));
        writer.begin(number);
        parts = new ArrayList<>();
        begun.put(number, parts);
        open = Optional.of(number);
      } else if (random.nextInt(3) > 0 || parts.isEmpty()) {
        Part part = media.part();
        parts.add(part);
        writer.append(part);
      } else {
        FragmentNumber number = open.get();
        open = Optional.empty();
        var _ =
            writer
                .end(StoredSamples.end(number, run.run(), random))
                .thenAccept(entry -> {
                  acknowledged.put(entry.number(), entry);
                  Path file = Layout.open(entry.file());
                  assertThat(disk.survives(file))
                      .as("force before ack of %s", entry.number())
                      .isTrue();
                })
                .whenComplete((ok, failure) -> {
                  fatal(failure);
                  if (failure != null) {
                    refused.add(number);
                  }
                });
      }
    }

    void abandon() {
      if (open.isPresent()) {
        writer.abandon();
        abandoned.add(open.get());
        open = Optional.empty();
      }
    }

    void gap() {
      long from = next();
      var gap = new Gap(from, from + 5, GapReason.SOURCE, "gap " + from, Optional.empty());
      var _ = writer.gap(gap).thenAccept(gaps::add).whenComplete((ok, failure) -> fatal(failure));
    }

    void replace() {
      if (open.isPresent()) {
        abandoned.add(open.get());
        open = Optional.empty();
      }
      writer.release();
      if (random.nextInt(3) == 0) {
        // Sealing waits for the writers, so they must not wait for the test.
        executor.whileDirect(() -> store.sealIdle(stream));
      }
      writer = acquire();
    }
  }

  private Throwable fatal = new AssertionError();
  private boolean failed;

  private void fatal(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof AssertionError) {
        fatal = each;
        failed = true;
      }
    }
  }

  private final class Sealed implements StoreListener {
    @Override
    public void opened(ChunkFileId file) {}

    @Override
    public void sealed(FileIndex index) {
      if (!disk.survives(Layout.sealed(index.file()))) {
        fatal(new AssertionError("told of " + index.file() + " before it was forced"));
      }
    }

    @Override
    public void discarded(ChunkFileId file) {}

    @Override
    public void failed(ChunkFileId file, StorageFailure cause) {}
  }

  /** Starts the server once more and holds what is there against what was promised. */
  void verify() throws Exception {
    if (failed) {
      throw new AssertionError(fatal);
    }
    var executor = new StepExecutor();
    executor.direct();
    try (var store = new FileChunkStore(Map.of("disk", disk), OPTIONS, new Sealed(), executor)) {
      store.recover();
      assertThat(store.recover().sealed()).isEmpty();
      Map<FragmentNumber, FragmentEntry> found = new HashMap<>();
      Set<Gap> foundGaps = new HashSet<>();
      for (ChunkFileId file : store.sealedFiles()) {
        assertThat(deletionDone).doesNotContain(file);
        FileIndex index = store.readIndex(file);
        foundGaps.addAll(index.gaps());
        for (FragmentEntry fragment : index.fragments()) {
          assertThat(found.put(fragment.number(), fragment)).isNull();
          check(store, index, fragment);
        }
      }
      noOpenFiles();
      acknowledged.forEach((number, entry) -> {
        if (!deletionAsked.contains(entry.file())) {
          assertThat(found.get(number)).as("acknowledged %s", number).isEqualTo(entry);
        }
      });
      if (deletionAsked.isEmpty()) {
        assertThat(foundGaps).containsAll(gaps);
        checkChains(found.values());
      }
      checkDocuments(store);
    }
    if (failed) {
      throw new AssertionError(fatal);
    }
  }

  /** Whatever is there is what was written, acknowledged or not. */
  private void check(ChunkStore store, FileIndex index, FragmentEntry fragment)
      throws WeirException {
    assertThat(index.runs()).anyMatch(run -> run.run().equals(fragment.run()));
    List<Part> written =
        begun.entrySet().stream()
            .filter(each -> each.getKey().counter() == fragment.number().counter())
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow();
    if (fragment.truncated()) {
      assertThat(acknowledged).doesNotContainKey(fragment.number());
      assertThat(fragment.parts()).hasSizeLessThanOrEqualTo(written.size());
    } else {
      assertThat(fragment.parts()).hasSameSizeAs(written);
      assertThat(abandoned).doesNotContain(fragment.number());
    }
    for (int i = 0; i < fragment.parts().size(); i++) {
      PartEntry entry = fragment.parts().get(i);
      StoredPart part = store.readPart(fragment.file(), entry);
      assertThat(part.samples()).isEqualTo(written.get(i).samples());
      assertThat(part.payload()).isEqualTo(StoredSamples.payload(written.get(i)));
      assertThat(store.readSamples(fragment.file(), entry)).isEqualTo(part.samples());
    }
  }

  /**
   * Each chunk carries the hash of the one before it in its run, over all files. One whose force
   * failed, or that was cut off with its file, may turn up again, and nothing links to it.
   */
  private void checkChains(Collection<FragmentEntry> found) {
    Map<RunId, Bytes> newest = new HashMap<>();
    for (FragmentEntry fragment :
        found.stream().sorted(Comparator.comparing(FragmentEntry::number)).toList()) {
      Bytes before = newest.getOrDefault(fragment.run(), Chain.BEGINNING);
      // A crash may leave a fragment at the start of a file that knew nothing of the file before.
      if (!fragment.truncated() || !fragment.previousHash().equals(Chain.BEGINNING)) {
        assertThat(fragment.previousHash()).as("chain of %s", fragment.number()).isEqualTo(before);
      }
      if (!fragment.truncated() && !refused.contains(fragment.number())) {
        newest.put(fragment.run(), fragment.hash());
      }
    }
  }

  private void noOpenFiles() throws Exception {
    for (Path folder : disk.list(Layout.STREAMS)) {
      assertThat(disk.list(folder))
          .noneMatch(file -> file.toString().endsWith(StoreFormat.OPEN_SUFFIX));
    }
  }

  private void checkDocuments(ChunkStore store) {
    documents.forEach((stream, possible) -> {
      String now =
          store.readDocuments(stream, "stream.json").stream()
              .findFirst()
              .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
              .orElse("");
      assertThat(possible).contains(now);
      possible.clear();
      possible.add(now);
    });
  }
}
