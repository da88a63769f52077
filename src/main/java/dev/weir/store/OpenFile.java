// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A chunk file that is being appended to. Tasks are queued by one session at a time and done in
 * order by one writer thread at a time; all that is queued when a writer comes is written, then
 * forced once, then acknowledged: group commit. After a failed write or force the file takes
 * nothing more (invariant 4). Queueing is thread-safe.
 */
final class OpenFile {

  private final ChunkFileId id;
  private final Volume volume;
  private final StoreEvents events;
  private final WriteQueue queue;
  private final long createdNanos = System.nanoTime();
  private volatile boolean failed;

  /** Since when something that was completed without a force waits for one; 0 when nothing does. */
  private volatile long unforcedSinceNanos;

  // Touched by the one writer thread that has the queue.
  private final AppendedFile file;
  private final IndexBuilder index;
  private @Nullable StorageFailure failure;

  OpenFile(ChunkFileId id, Volume volume, Executor writers, StoreEvents events) {
    this.id = id;
    this.volume = volume;
    this.events = events;
    this.queue = new WriteQueue(writers, new Commits());
    this.file = new AppendedFile(id, volume, events);
    this.index = new IndexBuilder(id);
  }

  ChunkFileId id() {
    return id;
  }

  long ageNanos() {
    return System.nanoTime() - createdNanos;
  }

  /** True once a write or a force has failed. */
  boolean failed() {
    return failed;
  }

  void run(RunHeader run) {
    submit(
        new WriteTask() {
          @Override
          public @Nullable Runnable write() throws IOException {
            var body = new ByteWriter();
            Records.writeRun(body, run);
            file.append(StoreFormat.RUN, body);
            index.run(run);
            return null;
          }

          @Override
          public void fail(StorageFailure cause) {}
        });
  }

  void part(long fragmentCounter, RunId run, Part part) {
    submit(
        new WriteTask() {
          @Override
          public @Nullable Runnable write() throws IOException {
            byte[] table = SampleTable.encode(part.samples());
            int length =
                file.append(StoreFormat.PART, PartRecord.body(fragmentCounter, run, part, table));
            index.part(
                part.trackIndex(),
                part.samples(),
                table,
                part.payloads(),
                file.size() - length,
                length);
            return null;
          }

          @Override
          public void fail(StorageFailure cause) {}

          @Override
          public long bytes() {
            return FileChunkWriter.weight(part);
          }
        });
  }

  CompletableFuture<FragmentEntry> end(
      FragmentEnd end, Replays replays, Chain chain, boolean forced) {
    var persisted = new CompletableFuture<FragmentEntry>();
    Chain.Place place = chain.next(this);
    submit(
        new WriteTask() {
          @Override
          public Runnable write() throws IOException {
            var body = new ByteWriter();
            FragmentEnd known = replays.originalOf(index.content()).map(end::replaying).orElse(end);
            FragmentEntry entry = index.end(known, place.previousHash(), body);
            file.append(StoreFormat.FRAGMENT_END, body);
            place.written(entry.hash());
            return () -> {
              place.forced();
              persisted.complete(entry);
            };
          }

          @Override
          public void fail(StorageFailure cause) {
            place.lost();
            persisted.completeExceptionally(cause);
          }

          @Override
          public boolean forced() {
            return forced;
          }

          @Override
          public CompletableFuture<?> ready() {
            return place.ready();
          }
        });
    return persisted;
  }

  void abandon(long fragmentCounter) {
    submit(
        new WriteTask() {
          @Override
          public @Nullable Runnable write() throws IOException {
            file.append(StoreFormat.ABANDON, new ByteWriter(8).i64(fragmentCounter));
            index.abandon();
            return null;
          }

          @Override
          public void fail(StorageFailure cause) {}
        });
  }

  CompletableFuture<ChunkFileId> gap(Gap gap) {
    var persisted = new CompletableFuture<ChunkFileId>();
    submit(
        new WriteTask() {
          @Override
          public Runnable write() throws IOException {
            var body = new ByteWriter();
            Records.writeGap(body, gap);
            file.append(StoreFormat.GAP, body);
            index.gap(gap);
            return () -> persisted.complete(id);
          }

          @Override
          public void fail(StorageFailure cause) {
            persisted.completeExceptionally(cause);
          }
        });
    return persisted;
  }

  /** Seals the file after all that is queued; a file without a fragment or gap is removed. */
  CompletableFuture<Void> seal() {
    var sealed = new CompletableFuture<Void>();
    submit(
        new WriteTask() {
          @Override
          public Runnable write() {
            // After the acknowledgements of what is sealed, so that no reader hears of the file
            // before them.
            return () -> {
              try {
                file.seal(index);
              } catch (IOException | RuntimeException e) {
                breakFile(e);
              } finally {
                sealed.complete(null);
              }
            };
          }

          @Override
          public void fail(StorageFailure cause) {
            sealed.complete(null);
          }
        });
    return sealed;
  }

  /** Whether nothing more will be written. */
  boolean closed() {
    return file.closed();
  }

  /** Forces what was completed without a force at least so long ago. */
  void forceWritten(long agoNanos) {
    long since = unforcedSinceNanos;
    if (since == 0 || System.nanoTime() - since < agoNanos) {
      return;
    }
    submit(
        new WriteTask() {
          @Override
          public Runnable write() {
            return () -> {};
          }

          @Override
          public void fail(StorageFailure cause) {}
        });
  }

  private void submit(WriteTask task) {
    events.queued(task.bytes());
    queue.submit(task);
  }

  /** What a writer does with a batch: all is written, then forced once, then acknowledged. */
  private final class Commits implements WriteQueue.Batches {

    @Override
    public void commit(List<WriteTask> batch) {
      List<Runnable> afterForce;
      try {
        afterForce = write(batch);
      } finally {
        batch.forEach(task -> events.done(task.bytes()));
      }
      afterForce.forEach(Runnable::run);
    }

    /** Takes no more of this file. Who was told before hears nothing more. */
    @Override
    public void fail(List<WriteTask> batch, Throwable cause) {
      failed = true;
      StorageFailure broken = breakFile(cause);
      batch.forEach(task -> task.fail(broken));
    }
  }

  /** Writes and forces; gives what to do then, which is nothing where that has failed. */
  private List<Runnable> write(List<WriteTask> batch) {
    var waiting = new ArrayList<WriteTask>();
    var afterForce = new ArrayList<Runnable>();
    for (WriteTask task : batch) {
      try {
        StorageFailure broken = failure;
        if (broken != null) {
          task.fail(broken);
        } else {
          Runnable then = task.write();
          if (then != null) {
            waiting.add(task);
            afterForce.add(then);
          }
        }
      } catch (IOException | RuntimeException e) {
        task.fail(breakFile(e));
      }
    }
    try {
      file.write();
      if (failure == null && !waiting.isEmpty() && file.exists()) {
        if (waiting.stream().anyMatch(WriteTask::forced)) {
          file.force();
          unforcedSinceNanos = 0;
        } else {
          file.keep();
          unforcedSinceNanos = unforcedSinceNanos == 0 ? System.nanoTime() : unforcedSinceNanos;
        }
      }
    } catch (IOException | RuntimeException e) {
      breakFile(e);
    }
    StorageFailure broken = failure;
    if (broken == null) {
      return afterForce;
    }
    waiting.forEach(task -> task.fail(broken));
    return List.of();
  }

  private StorageFailure breakFile(Throwable cause) {
    var broken = StoreEvents.storageFailure("chunk file not written", id.toString(), cause);
    failure = broken;
    failed = true;
    volume.troubled(cause);
    file.cutBack();
    events.failed(id, broken);
    return broken;
  }
}
