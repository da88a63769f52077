// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.H2Catalog;
import dev.weir.model.StreamId;
import dev.weir.model.WeirException;
import dev.weir.store.FileChunkStore;
import dev.weir.store.MemoryDisk;
import dev.weir.store.StoreOptions;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An archive in the server's memory. It rolls: when room runs short, the stream that has most gives
 * its oldest file away, so that what is new finds room, and a stream within its fair share loses
 * nothing to one beyond it. Thread-safe.
 */
final class MemoryArchive implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryArchive.class);

  private static final int CACHED_INDEXES = 4096;
  private static final long LARGEST_FILE_BYTES = 8 << 20;
  private static final long SMALLEST_FILE_BYTES = 128 << 10;
  private static final long ROLL_NANOS = 20_000_000_000L;

  /** However full it is, writers wait for room. */
  private static final long NO_RESERVE = Long.MIN_VALUE;

  private static final long IN_FLIGHT_BYTES = 64 << 20;

  private final Set<StreamId> streams = ConcurrentHashMap.newKeySet();
  private final ExecutorService roomMaker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("weir-memory-room").factory());
  private final AtomicBoolean asked = new AtomicBoolean();
  private final long roomyBytes;
  private final DiskArchive archive;

  /**
   * @param capacityBytes what all streams may have together
   */
  MemoryArchive(long capacityBytes, InstantSource clock) {
    this.roomyBytes = capacityBytes / 4;
    var disk = new MemoryDisk(capacityBytes, roomyBytes, this::askForRoom);
    this.archive =
        new DiskArchive(
            listener ->
                new FileChunkStore(Map.of("memory", disk), smallFiles(capacityBytes), listener),
            CompletableFuture.completedFuture(H2Catalog.inMemory()),
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("weir-memory-catalog").factory()),
            CACHED_INDEXES,
            clock,
            Adoption.UNHEARD);
  }

  /** Small files, so that what is old goes soon. */
  private static StoreOptions smallFiles(long capacityBytes) {
    long rollBytes = Math.clamp(capacityBytes / 32, SMALLEST_FILE_BYTES, LARGEST_FILE_BYTES);
    return new StoreOptions(
        2, rollBytes, ROLL_NANOS, NO_RESERVE, Math.min(IN_FLIGHT_BYTES, capacityBytes / 4));
  }

  DiskArchive archive() {
    return archive;
  }

  /** The stream is kept here from now on. */
  void add(StreamId stream) {
    streams.add(stream);
  }

  /** Whether the stream was here. */
  boolean remove(StreamId stream) {
    return streams.remove(stream);
  }

  boolean has(StreamId stream) {
    return streams.contains(stream);
  }

  /** On a writer's thread, which must not wait for what waits for it. */
  private void askForRoom() {
    if (asked.compareAndSet(false, true)) {
      try {
        roomMaker.execute(this::makeRoom);
      } catch (RejectedExecutionException e) {
        LOG.debug("no room is made any more: {}", e.toString());
      }
    }
  }

  private void makeRoom() {
    asked.set(false);
    try {
      boolean given = true;
      while (given && archive.freeBytes() < roomyBytes) {
        // What nobody writes to is closed for it only where nothing else can go.
        given = giveWay(Long.MIN_VALUE) || giveWay(Long.MAX_VALUE);
      }
    } catch (WeirException e) {
      LOG.warn("no room was made in memory: {}", e.toString());
    }
  }

  /** Deletes the oldest file of the stream that has most; false when there is no file. */
  private boolean giveWay(long idleSinceServerNs) {
    for (StreamId stream : greatestFirst()) {
      List<StoredFile> files = archive.files(stream, idleSinceServerNs);
      if (!files.isEmpty()) {
        StoredFile oldest =
            files.stream().min(Comparator.comparingLong(StoredFile::serverToNs)).orElseThrow();
        archive.delete(stream, List.of(oldest.file()));
        return true;
      }
    }
    return false;
  }

  private List<StreamId> greatestFirst() {
    record Size(StreamId stream, long bytes) {}
    return streams.stream()
        .map(stream -> new Size(stream, archive.status(stream).bytes()))
        .sorted(Comparator.comparingLong(Size::bytes).reversed())
        .map(Size::stream)
        .toList();
  }

  @Override
  public void close() {
    roomMaker.close();
    archive.close();
  }
}
