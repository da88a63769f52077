// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.FileSlice;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.PartEntry;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** The chunk store on one or several {@link Disk}s. Thread-safe. */
public final class FileChunkStore implements ChunkStore {

  private static final long MEASURED_EACH_MS = 500;

  /** What is completed without a force is forced after this long, give or take the look for it. */
  private static final long WRITTEN_FORCED_AFTER_NANOS = 4_000_000_000L;

  private static final long WRITTEN_LOOKED_AT_EACH_MS = 1000;

  /** An open file that no session writes to, and how much is in it. */
  private record Idle(OpenFile file, long queuedBytes) {}

  private final Volumes volumes;
  private final ChunkReader reader;
  private final Documents documents;
  private final StoreOptions options;
  private final StoreListener listener;
  private final StoreEvents events;
  private final ExecutorService writers;
  private final ScheduledExecutorService sweeper;
  private final Set<OpenFile> open = ConcurrentHashMap.newKeySet();
  private final Map<StreamId, Deque<Idle>> idle = new HashMap<>();

  /**
   * Opens a store; {@link #recover} comes next. The store owns the disks and closes them.
   *
   * @param disks by the name that people know them by, at least one
   */
  public FileChunkStore(Map<String, Disk> disks, StoreOptions options, StoreListener listener) {
    this(
        disks,
        options,
        listener,
        Executors.newFixedThreadPool(options.writerThreads(), named("weir-store-")));
  }

  /** With writers of the caller's, which the store shuts down. */
  public FileChunkStore(
      Map<String, Disk> disks,
      StoreOptions options,
      StoreListener listener,
      ExecutorService writers) {
    var all = new ArrayList<Volume>();
    disks.forEach((name, disk) -> all.add(new Volume(disk, name, options.reserveBytes())));
    this.volumes = new Volumes(all);
    this.volumes.measure();
    this.reader = new ChunkReader(volumes);
    this.documents = new Documents(volumes);
    this.options = options;
    this.listener = listener;
    this.events = new StoreEvents(listener, options.inFlightBytes());
    this.writers = writers;
    this.sweeper = Executors.newSingleThreadScheduledExecutor(named("weir-store-sweep-"));
    long period = Math.max(1_000_000, options.rollNanos() / 10);
    var _ = sweeper.scheduleWithFixedDelay(this::sealAged, period, period, TimeUnit.NANOSECONDS);
    var _ =
        sweeper.scheduleWithFixedDelay(
            volumes::measure, MEASURED_EACH_MS, MEASURED_EACH_MS, TimeUnit.MILLISECONDS);
    var _ =
        sweeper.scheduleWithFixedDelay(
            () -> forceWritten(WRITTEN_FORCED_AFTER_NANOS),
            WRITTEN_LOOKED_AT_EACH_MS,
            WRITTEN_LOOKED_AT_EACH_MS,
            TimeUnit.MILLISECONDS);
  }

  private static ThreadFactory named(String prefix) {
    var count = new AtomicInteger();
    return task -> {
      var thread = new Thread(task, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public RecoveryReport recover() {
    try {
      var report = RecoveryReport.NOTHING;
      for (Volume volume : volumes.all()) {
        report = report.and(new Recovery(volume.disk(), listener).run());
      }
      return report;
    } catch (IOException e) {
      throw StoreEvents.storageFailure("recovery", "", e);
    }
  }

  @Override
  public List<ChunkFileId> sealedFiles() {
    try {
      var files = new ArrayList<ChunkFileId>();
      for (StreamId stream : volumes.streams()) {
        files.addAll(volumes.files(stream, StoreFormat.SEALED_SUFFIX));
      }
      return files;
    } catch (IOException e) {
      throw StoreEvents.storageFailure("listing", "", e);
    }
  }

  @Override
  public Set<String> disks() {
    return volumes.identities();
  }

  @Override
  public List<StreamId> streams() {
    try {
      return volumes.streams();
    } catch (IOException e) {
      throw StoreEvents.storageFailure("listing", "", e);
    }
  }

  @Override
  public FileIndex readIndex(ChunkFileId sealed) {
    return reader.index(sealed);
  }

  @Override
  public ChunkWriter acquire(
      StreamId stream, Durability durability, long keptBytes, LongSupplier counter) {
    volumes
        .refused()
        .ifPresent(refusal -> {
          throw refusal;
        });
    StoreOptions its = options.keeping(keptBytes);
    return new FileChunkWriter(
        new FileChunkWriter.FileSource() {
          @Override
          public OpenFile take() {
            return takeIdle(stream, its.rollBytes())
                .orElseGet(() -> create(new ChunkFileId(stream, counter.getAsLong())));
          }

          @Override
          public void giveBack(OpenFile file, long queuedBytes) {
            synchronized (idle) {
              if (!file.failed()) {
                idle.computeIfAbsent(stream, key -> new ArrayDeque<>())
                    .add(new Idle(file, queuedBytes));
              }
            }
          }
        },
        its,
        durability,
        volumes);
  }

  private OpenFile create(ChunkFileId id) {
    Volume volume = volumes.choose(id);
    listener.opened(id);
    var file = new OpenFile(id, volume, writers, events);
    open.add(file);
    return file;
  }

  /** Forces what was completed without a force at least so long ago. */
  void forceWritten(long agoNanos) {
    open.removeIf(OpenFile::closed);
    open.forEach(file -> file.forceWritten(agoNanos));
  }

  private Optional<OpenFile> takeIdle(StreamId stream, long rollBytes) {
    synchronized (idle) {
      Deque<Idle> files = idle.getOrDefault(stream, new ArrayDeque<>());
      for (Idle each = files.poll(); each != null; each = files.poll()) {
        if (!each.file.failed()
            && each.queuedBytes < rollBytes
            && each.file.ageNanos() < options.rollNanos()) {
          return Optional.of(each.file);
        }
        var _ = each.file.seal();
      }
      return Optional.empty();
    }
  }

  private void sealAged() {
    synchronized (idle) {
      for (Deque<Idle> files : idle.values()) {
        files.removeIf(each -> {
          boolean aged = each.file.ageNanos() >= options.rollNanos();
          if (aged) {
            var _ = each.file.seal();
          }
          return aged;
        });
      }
    }
  }

  @Override
  public void sealIdle(StreamId stream) {
    sealAll(List.of(stream));
  }

  private void sealAll(List<StreamId> streams) {
    var waiting = new ArrayList<CompletableFuture<Void>>();
    synchronized (idle) {
      for (StreamId stream : streams) {
        Deque<Idle> files = idle.remove(stream);
        if (files != null) {
          files.forEach(each -> waiting.add(each.file.seal()));
        }
      }
    }
    waiting.forEach(CompletableFuture::join);
  }

  @Override
  public StoredPart readPart(ChunkFileId file, PartEntry part) {
    return reader.part(file, part);
  }

  @Override
  public Optional<FileSlice> openPayload(ChunkFileId file, PartEntry part) {
    return reader.payload(file, part);
  }

  @Override
  public List<Sample> readSamples(ChunkFileId file, PartEntry part) {
    return reader.samples(file, part);
  }

  @Override
  public Bytes readOrigin(FragmentEntry fragment) {
    return reader.origin(fragment);
  }

  @Override
  public FileIndex rewrite(ChunkFileId sealed, long number, Map<FragmentNumber, Fate> fates) {
    try {
      Volume volume = volume(sealed);
      var id = new ChunkFileId(sealed.stream(), number);
      FileIndex old = reader.index(sealed);
      volume.requireRoom(FileRewriter.lengthOf(old, fates));
      FileIndex fresh = FileRewriter.rewrite(reader, volume.disk(), old, id, fates);
      volumes.remember(id, volume);
      return fresh;
    } catch (IOException e) {
      throw StoreEvents.storageFailure("making a file anew", sealed.toString(), e);
    }
  }

  @Override
  public FileVerification verify(ChunkFileId sealed) {
    try {
      Volume volume = volume(sealed);
      try (Disk.Handle handle = volumes.open(sealed)) {
        return FileVerification.of(volume, sealed, handle);
      }
    } catch (IOException e) {
      throw StoreEvents.storageFailure("verifying", sealed.toString(), e);
    }
  }

  @Override
  public FileVerification verify(ChunkFileId sealed, String disk) {
    Volume volume = volumes.named(disk);
    try (Disk.Handle handle = volume.disk().openForReading(Layout.sealed(sealed))) {
      return FileVerification.of(volume, sealed, handle);
    } catch (IOException e) {
      throw StoreEvents.storageFailure("verifying", disk + "/" + sealed, e);
    }
  }

  @Override
  public Map<ChunkFileId, List<String>> copies() {
    try {
      return volumes.copies();
    } catch (IOException e) {
      throw StoreEvents.storageFailure("listing", "", e);
    }
  }

  @Override
  public void setAside(ChunkFileId sealed, String disk) {
    Volume volume = volumes.named(disk);
    try {
      LostAndFound.move(volume, sealed);
      volumes.forget(sealed);
    } catch (IOException e) {
      throw StoreEvents.storageFailure("setting aside", disk + "/" + sealed, e);
    }
  }

  @Override
  public FileIndex salvage(ChunkFileId sealed, long number) {
    try {
      Volume volume = volume(sealed);
      try (Disk.Handle handle = volumes.open(sealed)) {
        // The copy, and the new file.
        volume.requireRoom(2 * handle.size());
        LostAndFound.keep(volume.disk(), sealed, handle, 0);
        FileIndex records = FileVerification.of(volume, sealed, handle).records();
        var id = new ChunkFileId(sealed.stream(), number);
        FileIndex fresh = FileRewriter.rewrite(reader, volume.disk(), records, id, Map.of());
        volumes.remember(id, volume);
        return fresh;
      }
    } catch (IOException e) {
      throw StoreEvents.storageFailure("salvaging", sealed.toString(), e);
    }
  }

  private Volume volume(ChunkFileId sealed) throws IOException {
    return volumes.of(sealed).orElseThrow(() -> new NoSuchFileException(sealed.toString()));
  }

  @Override
  public void delete(List<ChunkFileId> sealed) {
    try {
      Map<Volume, Set<Path>> folders = new LinkedHashMap<>();
      for (ChunkFileId file : sealed) {
        // A copy on another disk would come back with the next start.
        for (Volume volume : volumes.with(file)) {
          volume.disk().delete(Layout.sealed(file));
          folders
              .computeIfAbsent(volume, key -> new LinkedHashSet<>())
              .add(Layout.folder(file.stream()));
        }
        volumes.forget(file);
      }
      for (Map.Entry<Volume, Set<Path>> each : folders.entrySet()) {
        for (Path folder : each.getValue()) {
          // Gone with its stream, perhaps before a crash.
          if (each.getKey().disk().exists(folder)) {
            each.getKey().disk().forceFolder(folder);
          }
        }
      }
    } catch (IOException e) {
      throw StoreEvents.storageFailure("deleting", sealed.toString(), e);
    }
  }

  @Override
  public List<byte[]> readDocuments(StreamId stream, String name) {
    return documents.read(stream, name);
  }

  @Override
  public void writeDocument(StreamId stream, String name, byte[] bytes) {
    documents.write(stream, name, bytes);
  }

  @Override
  public void deleteFolder(StreamId stream) {
    documents.deleteFolder(stream);
  }

  @Override
  public long bytesInFlight() {
    return events.bytesInFlight();
  }

  @Override
  public boolean congested() {
    return events.congested();
  }

  @Override
  public void whenRelieved(Runnable action) {
    events.whenRelieved(action);
  }

  @Override
  public Optional<StorageFailure> refused() {
    return volumes.refused();
  }

  @Override
  public long freeBytes() {
    volumes.measure();
    return volumes.freeBytes();
  }

  @Override
  public void close() {
    sweeper.shutdown();
    List<StreamId> streams;
    synchronized (idle) {
      streams = List.copyOf(idle.keySet());
    }
    sealAll(streams);
    writers.shutdown();
    try {
      if (!writers.awaitTermination(60, TimeUnit.SECONDS)) {
        throw new StorageFailure(
            "store did not come to rest", "", "all writes done within 60 s", "some pending");
      }
      volumes.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw StoreEvents.storageFailure("closing", "", e);
    }
  }
}
