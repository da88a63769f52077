// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteReader;
import dev.weir.model.ChunkFileId;
import dev.weir.model.CorruptRecord;
import dev.weir.model.PartEntry;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.WeirException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** The chunk store on a {@link Disk}. Thread-safe. */
public final class FileChunkStore implements ChunkStore {

  /** An open file that no session writes to, and how much is in it. */
  private record Idle(OpenFile file, long queuedBytes) {}

  private final Disk disk;
  private final StoreOptions options;
  private final StoreListener listener;
  private final StoreEvents events;
  private final ExecutorService writers;
  private final ScheduledExecutorService sweeper;
  private final Map<StreamId, Deque<Idle>> idle = new HashMap<>();

  /** Opens a store; {@link #recover} comes next. The store owns the disk and closes it. */
  public FileChunkStore(Disk disk, StoreOptions options, StoreListener listener) {
    this(
        disk,
        options,
        listener,
        Executors.newFixedThreadPool(options.writerThreads(), named("weir-store-")));
  }

  /** With writers of the caller's, which the store shuts down. */
  FileChunkStore(Disk disk, StoreOptions options, StoreListener listener, ExecutorService writers) {
    this.disk = disk;
    this.options = options;
    this.listener = listener;
    this.events = new StoreEvents(listener, options.inFlightBytes());
    this.writers = writers;
    this.sweeper = Executors.newSingleThreadScheduledExecutor(named("weir-store-sweep-"));
    long period = Math.max(1_000_000, options.rollNanos() / 10);
    var _ = sweeper.scheduleWithFixedDelay(this::sealAged, period, period, TimeUnit.NANOSECONDS);
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
      return new Recovery(disk, listener).run();
    } catch (IOException e) {
      throw StoreEvents.storageFailure("recovery", "", e);
    }
  }

  @Override
  public List<ChunkFileId> sealedFiles() {
    try {
      var files = new ArrayList<ChunkFileId>();
      for (StreamId stream : streams()) {
        for (Path file : disk.list(Layout.folder(stream))) {
          Layout.file(stream, file, StoreFormat.SEALED_SUFFIX).ifPresent(files::add);
        }
      }
      return files;
    } catch (IOException e) {
      throw StoreEvents.storageFailure("listing", "", e);
    }
  }

  @Override
  public List<StreamId> streams() {
    try {
      return disk.list(Layout.STREAMS).stream()
          .flatMap(folder -> Layout.stream(folder).stream())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw StoreEvents.storageFailure("listing", "", e);
    }
  }

  @Override
  public FileIndex readIndex(ChunkFileId sealed) {
    try (Disk.Handle handle = disk.openForReading(Layout.sealed(sealed))) {
      checkHeader(sealed, handle);
      Optional<FileIndex> footer = footer(sealed, handle);
      return footer.isPresent()
          ? footer.get()
          : FileScan.scan(sealed, handle).index().index(handle.size());
    } catch (IOException e) {
      throw StoreEvents.storageFailure("reading an index", sealed.toString(), e);
    }
  }

  private static void checkHeader(ChunkFileId file, Disk.Handle handle) throws IOException {
    if (!FileHeader.read(file, handle)) {
      throw new CorruptRecord("file header", file.toString(), "the header of this file", "another");
    }
  }

  private static Optional<FileIndex> footer(ChunkFileId file, Disk.Handle handle)
      throws IOException {
    long size = handle.size();
    if (size < StoreFormat.FILE_HEADER_BYTES + StoreFormat.TRAILER_BYTES) {
      return Optional.empty();
    }
    var trailer = ByteBuffer.allocate(StoreFormat.TRAILER_BYTES);
    handle.read(size - StoreFormat.TRAILER_BYTES, trailer);
    Optional<Seal.Trailer> place = Seal.read(trailer.flip());
    if (place.isEmpty()
        || place.get().indexOffset() < StoreFormat.FILE_HEADER_BYTES
        || place.get().indexRecordBytes() < StoreFormat.RECORD_HEADER_BYTES
        || place.get().indexOffset() + place.get().indexRecordBytes() + StoreFormat.TRAILER_BYTES
            != size) {
      return Optional.empty();
    }
    var record = ByteBuffer.allocate(place.get().indexRecordBytes());
    handle.read(place.get().indexOffset(), record);
    record.flip();
    Optional<RecordHeader> header = RecordHeader.read(file, record);
    if (header.isEmpty() || header.get().type() != StoreFormat.INDEX) {
      return Optional.empty();
    }
    ByteBuffer body = record.position(StoreFormat.RECORD_HEADER_BYTES);
    if (body.remaining() != header.get().bodyBytes() || !header.get().proves(body)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          IndexBuilder.readFooter(file, new ByteReader(body, file + " footer"), size));
    } catch (WeirException | IllegalArgumentException e) {
      throw new CorruptRecord(
          "index footer",
          file.toString(),
          "fields that make sense",
          String.valueOf(e.getMessage()));
    }
  }

  @Override
  public ChunkWriter acquire(StreamId stream, LongSupplier counter) {
    return new FileChunkWriter(
        new FileChunkWriter.FileSource() {
          @Override
          public OpenFile take() {
            return takeIdle(stream)
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
        options,
        events);
  }

  private OpenFile create(ChunkFileId id) {
    listener.opened(id);
    return new OpenFile(id, disk, writers, events);
  }

  private Optional<OpenFile> takeIdle(StreamId stream) {
    synchronized (idle) {
      Deque<Idle> files = idle.getOrDefault(stream, new ArrayDeque<>());
      for (Idle each = files.poll(); each != null; each = files.poll()) {
        if (!each.file.failed()
            && each.queuedBytes < options.rollBytes()
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
    String where = file + " byte " + part.offset();
    ByteBuffer record = read(file, part.offset(), part.recordBytes());
    RecordHeader header = header(file, record, part, where);
    ByteBuffer body = record.position(StoreFormat.RECORD_HEADER_BYTES);
    if (!header.proves(body)) {
      throw new CorruptRecord(
          "part checksum", where, Integer.toHexString(header.bodyCrc()), "another");
    }
    return PartRecord.read(body, where).part(body, where);
  }

  @Override
  public List<Sample> readSamples(ChunkFileId file, PartEntry part) {
    String where = file + " byte " + part.offset();
    int before = StoreFormat.RECORD_HEADER_BYTES + StoreFormat.PART_FIELDS_BYTES;
    int tableBytes = part.recordBytes() - before - part.payloadBytes();
    if (tableBytes < 0) {
      throw new CorruptRecord(
          "part record length", where, "room for a sample table", part.recordBytes() + " bytes");
    }
    ByteBuffer record = read(file, part.offset(), before + tableBytes);
    header(file, record, part, where);
    PartRecord fields =
        PartRecord.read(
            record.slice(StoreFormat.RECORD_HEADER_BYTES, StoreFormat.PART_FIELDS_BYTES), where);
    if (fields.tableBytes() != tableBytes
        || fields.sampleCount() != part.sampleCount()
        || fields.baseDecodeTime() != part.baseDecodeTime()) {
      throw new CorruptRecord("part record", where, part.toString(), fields.toString());
    }
    return fields.samples(record.slice(before, tableBytes), where);
  }

  private static RecordHeader header(
      ChunkFileId file, ByteBuffer record, PartEntry part, String where) {
    return RecordHeader.read(file, record)
        .filter(each ->
            each.type() == StoreFormat.PART
                && each.bodyBytes() + StoreFormat.RECORD_HEADER_BYTES == part.recordBytes())
        .orElseThrow(() ->
            new CorruptRecord(
                "record header", where, "a part of " + part.recordBytes() + " bytes", "another"));
  }

  private ByteBuffer read(ChunkFileId file, long offset, int count) {
    var bytes = ByteBuffer.allocate(count);
    try (Disk.Handle handle = openEither(file)) {
      handle.read(offset, bytes);
      return bytes.flip();
    } catch (EOFException e) {
      throw new CorruptRecord(
          "file too short", file + " byte " + offset, count + " bytes", "its end");
    } catch (IOException e) {
      throw StoreEvents.storageFailure("reading", file + " byte " + offset, e);
    }
  }

  /** A file may be sealed, and so renamed, between a look and an open. */
  private Disk.Handle openEither(ChunkFileId file) throws IOException {
    for (Path path : List.of(Layout.sealed(file), Layout.open(file))) {
      try {
        return disk.openForReading(path);
      } catch (NoSuchFileException e) {
        // The other name.
      }
    }
    return disk.openForReading(Layout.sealed(file));
  }

  @Override
  public void delete(List<ChunkFileId> sealed) {
    try {
      var folders = new LinkedHashSet<Path>();
      for (ChunkFileId file : sealed) {
        disk.delete(Layout.sealed(file));
        folders.add(Layout.folder(file.stream()));
      }
      for (Path folder : folders) {
        // Gone with its stream, perhaps before a crash.
        if (disk.exists(folder)) {
          disk.forceFolder(folder);
        }
      }
    } catch (IOException e) {
      throw StoreEvents.storageFailure("deleting", sealed.toString(), e);
    }
  }

  @Override
  public Optional<byte[]> readDocument(StreamId stream, String name) {
    Path path = Layout.folder(stream).resolve(name);
    try {
      if (!disk.exists(path)) {
        return Optional.empty();
      }
      try (Disk.Handle handle = disk.openForReading(path)) {
        var bytes = ByteBuffer.allocate(Math.toIntExact(handle.size()));
        handle.read(0, bytes);
        return Optional.of(bytes.array());
      }
    } catch (IOException e) {
      throw StoreEvents.storageFailure("reading", path.toString(), e);
    }
  }

  @Override
  public void writeDocument(StreamId stream, String name, byte[] bytes) {
    Path folder = Layout.folder(stream);
    Path fresh = folder.resolve(name + ".new");
    try {
      events.makeFolder(disk, stream);
      disk.delete(fresh);
      try (Disk.Handle handle = disk.create(fresh)) {
        handle.append(List.of(ByteBuffer.wrap(bytes)));
        handle.force();
      }
      disk.rename(fresh, folder.resolve(name));
      disk.forceFolder(folder);
    } catch (IOException e) {
      throw StoreEvents.storageFailure("writing", fresh.toString(), e);
    }
  }

  @Override
  public void deleteFolder(StreamId stream) {
    Path folder = Layout.folder(stream);
    try {
      for (Path file : disk.list(folder)) {
        disk.delete(file);
      }
      disk.delete(folder);
      disk.forceFolder(Layout.STREAMS);
    } catch (IOException e) {
      throw StoreEvents.storageFailure("deleting", folder.toString(), e);
    }
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
  public Optional<StorageFailure> readOnly() {
    return events.readOnly();
  }

  @Override
  public long freeBytes() {
    try {
      return disk.freeBytes();
    } catch (IOException e) {
      throw StoreEvents.storageFailure("asking for free space", "", e);
    }
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
      disk.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw StoreEvents.storageFailure("closing", "", e);
    }
  }
}
