// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.bytes.FileSlice;
import dev.weir.model.Bytes;
import dev.weir.model.CheckReport;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.PartEntry;
import dev.weir.model.Proof;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Two archives as one: streams whose durability is {@link Durability#MEMORY} lie in a small archive
 * on memory, all others on disk. Settings are kept on disk for both. A stream is in one of the two:
 * where it was pushed to last. Thread-safe.
 */
public final class ArchiveByDurability implements Archive {

  private final DiskArchive disk;
  private final MemoryArchive memory;

  /**
   * @param disk closed with this
   * @param memoryBytes what streams in memory may have together
   */
  public ArchiveByDurability(DiskArchive disk, long memoryBytes, InstantSource clock) {
    this.disk = disk;
    this.memory = new MemoryArchive(memoryBytes, clock);
  }

  private DiskArchive of(StreamId stream) {
    return memory.has(stream) ? memory.archive() : disk;
  }

  @Override
  public SessionLog openSession(
      StreamId stream, long targetDurationNs, Durability durability, long keptBytes) {
    if (durability == Durability.MEMORY) {
      memory.add(stream);
    } else {
      memory.remove(stream);
    }
    return of(stream).openSession(stream, targetDurationNs, durability, keptBytes);
  }

  @Override
  public Timeline find(StreamId stream, TimeRange range, Clock clock) {
    return of(stream).find(stream, range, clock);
  }

  @Override
  public Timeline findAll(StreamId stream, TimeRange range, Clock clock) {
    return of(stream).findAll(stream, range, clock);
  }

  @Override
  public Timeline liveEdge(StreamId stream, long windowNs) {
    return of(stream).liveEdge(stream, windowNs);
  }

  @Override
  public Timeline fragment(StreamId stream, FragmentNumber number) {
    return of(stream).fragment(stream, number);
  }

  @Override
  public Timeline after(StreamId stream, FragmentNumber number, int limit) {
    return of(stream).after(stream, number, limit);
  }

  @Override
  public Optional<RunHeader> run(StreamId stream, RunId run) {
    return of(stream).run(stream, run);
  }

  @Override
  public StoredPart readPart(FragmentEntry fragment, PartEntry part) {
    return of(fragment.file().stream()).readPart(fragment, part);
  }

  @Override
  public Optional<FileSlice> openVerified(FragmentEntry fragment, PartEntry part) {
    return of(fragment.file().stream()).openVerified(fragment, part);
  }

  @Override
  public Bytes readOrigin(FragmentEntry fragment) {
    return of(fragment.file().stream()).readOrigin(fragment);
  }

  @Override
  public List<Sample> readSamples(FragmentEntry fragment, PartEntry part) {
    return of(fragment.file().stream()).readSamples(fragment, part);
  }

  @Override
  public long settledCounter(StreamId stream) {
    return of(stream).settledCounter(stream);
  }

  @Override
  public StreamStatus status(StreamId stream) {
    return of(stream).status(stream);
  }

  @Override
  public Subscription subscribe(StreamId stream, Consumer<FragmentEntry> listener) {
    Subscription onDisk = disk.subscribe(stream, listener);
    Subscription inMemoryToo = memory.archive().subscribe(stream, listener);
    return () -> {
      onDisk.close();
      inMemoryToo.close();
    };
  }

  @Override
  public List<StreamId> streams() {
    return disk.streams();
  }

  @Override
  public List<byte[]> readSettings(StreamId stream) {
    return disk.readSettings(stream);
  }

  @Override
  public void writeSettings(StreamId stream, byte[] document) {
    disk.writeSettings(stream, document);
  }

  @Override
  public void deleteStream(StreamId stream) {
    if (memory.remove(stream)) {
      memory.archive().deleteStream(stream);
    }
    disk.deleteStream(stream);
  }

  @Override
  public List<StoredFile> files(StreamId stream, long idleSinceServerNs) {
    return of(stream).files(stream, idleSinceServerNs);
  }

  @Override
  public void delete(StreamId stream, List<ChunkFileId> files) {
    of(stream).delete(stream, files);
  }

  @Override
  public boolean isThinnable(StreamId stream, ChunkFileId file) {
    return of(stream).isThinnable(stream, file);
  }

  @Override
  public int thin(StreamId stream, ChunkFileId file) {
    return of(stream).thin(stream, file);
  }

  @Override
  public void forget(StreamId stream, TimeRange range, List<TimeRange> held) {
    of(stream).forget(stream, range, held);
  }

  @Override
  public boolean forgetPending(StreamId stream) {
    return of(stream).forgetPending(stream);
  }

  @Override
  public Optional<StorageFailure> refused() {
    return disk.refused();
  }

  @Override
  public long freeBytes() {
    return disk.freeBytes();
  }

  @Override
  public Proof prove(StreamId stream, TimeRange range) {
    return of(stream).prove(stream, range);
  }

  @Override
  public void backUpCatalog(Path file) {
    disk.backUpCatalog(file);
  }

  @Override
  public CheckReport check(CheckProgress progress) {
    return disk.check(progress);
  }

  @Override
  public void repair(CheckReport report) {
    disk.repair(report);
  }

  @Override
  public void close() {
    memory.close();
    disk.close();
  }
}
