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
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A chunk file that is being appended to. Tasks are queued by one session at a time and done in
 * order by one writer thread at a time; all that is queued when a writer comes is written, then
 * forced once, then acknowledged: group commit. After a failed write or force the file takes
 * nothing more (invariant 4). Queueing is thread-safe.
 */
final class OpenFile {

  private static final CompletableFuture<?> NOW = CompletableFuture.completedFuture(null);

  private final ChunkFileId id;
  private final Volume volume;
  private final Executor writers;
  private final StoreEvents events;
  private final IndexBuilder index;
  private final long createdNanos;

  private final Object lock = new Object();
  private final Queue<Task> queue = new ArrayDeque<>();
  private boolean scheduled;
  private volatile boolean failed;
  private volatile boolean closed;

  /** Since when something that was completed without a force waits for one; 0 when nothing does. */
  private volatile long unforcedSinceNanos;

  // Touched by the one writer thread that has the queue.
  private Disk.@Nullable Handle handle;
  private long size;
  private long keptSize;
  private long sequence;
  private final List<ByteBuffer> unwritten = new ArrayList<>();
  private @Nullable StorageFailure failure;

  /** One thing to do. Whether it must be forced, and what then happens. */
  private interface Task {
    /** Makes its records; gives what to do once everything is forced, or nothing. */
    @Nullable Runnable write() throws IOException;

    void fail(StorageFailure cause);

    default long bytes() {
      return 0;
    }

    /** Whether what it wrote must be forced before anything is made of it. */
    default boolean forced() {
      return true;
    }

    /** Completes once it can be written; what is queued behind it waits too. */
    default CompletableFuture<?> ready() {
      return NOW;
    }
  }

  OpenFile(ChunkFileId id, Volume volume, Executor writers, StoreEvents events) {
    this.id = id;
    this.volume = volume;
    this.writers = writers;
    this.events = events;
    this.index = new IndexBuilder(id);
    this.createdNanos = System.nanoTime();
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
        new Task() {
          @Override
          public @Nullable Runnable write() throws IOException {
            var body = new ByteWriter();
            Records.writeRun(body, run);
            append(EncodedRecord.of(id, StoreFormat.RUN, sequence, body));
            index.run(run);
            return null;
          }

          @Override
          public void fail(StorageFailure cause) {}
        });
  }

  void part(long fragmentCounter, RunId run, Part part) {
    submit(
        new Task() {
          @Override
          public @Nullable Runnable write() throws IOException {
            byte[] table = SampleTable.encode(part.samples());
            EncodedRecord record =
                EncodedRecord.of(
                    id,
                    StoreFormat.PART,
                    sequence,
                    PartRecord.body(fragmentCounter, run, part, table));
            long offset = size;
            append(record);
            index.part(
                part.trackIndex(), part.samples(), table, part.payloads(), offset, record.length());
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
        new Task() {
          @Override
          public Runnable write() throws IOException {
            var body = new ByteWriter();
            FragmentEnd known = replays.originalOf(index.content()).map(end::replaying).orElse(end);
            FragmentEntry entry = index.end(known, place.previousHash(), body);
            append(EncodedRecord.of(id, StoreFormat.FRAGMENT_END, sequence, body));
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
        new Task() {
          @Override
          public @Nullable Runnable write() throws IOException {
            append(
                EncodedRecord.of(
                    id, StoreFormat.ABANDON, sequence, new ByteWriter(8).i64(fragmentCounter)));
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
        new Task() {
          @Override
          public Runnable write() throws IOException {
            var body = new ByteWriter();
            Records.writeGap(body, gap);
            append(EncodedRecord.of(id, StoreFormat.GAP, sequence, body));
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
        new Task() {
          @Override
          public Runnable write() {
            // After the acknowledgements of what is sealed, so that no reader hears of the file
            // before them.
            return () -> {
              try {
                sealNow();
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
    return closed;
  }

  /** Forces what was completed without a force at least so long ago. */
  void forceWritten(long agoNanos) {
    long since = unforcedSinceNanos;
    if (since == 0 || System.nanoTime() - since < agoNanos) {
      return;
    }
    submit(
        new Task() {
          @Override
          public Runnable write() {
            return () -> {};
          }

          @Override
          public void fail(StorageFailure cause) {}
        });
  }

  private void submit(Task task) {
    events.queued(task.bytes());
    synchronized (lock) {
      queue.add(task);
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    schedule();
  }

  /** A store that is being closed takes no tasks: what is still queued is written here and now. */
  private void schedule() {
    try {
      writers.execute(this::drain);
    } catch (RejectedExecutionException e) {
      drain();
    }
  }

  /** Takes all that is queued and ready; runs on a writer thread. */
  private void drain() {
    Queue<Task> batch = new ArrayDeque<>();
    synchronized (lock) {
      while (!queue.isEmpty() && queue.element().ready().isDone()) {
        batch.add(queue.remove());
      }
    }
    try {
      commit(batch);
    } catch (RuntimeException | Error e) {
      fail(batch, e);
    } finally {
      goOn();
    }
  }

  /** The rest of the queue is done in its turn, whatever became of this batch. */
  private void goOn() {
    CompletableFuture<?> next;
    synchronized (lock) {
      if (queue.isEmpty()) {
        scheduled = false;
        return;
      }
      next = queue.element().ready();
    }
    // Back of the line: another file's turn.
    var _ = next.whenComplete((ignored, never) -> schedule());
  }

  /**
   * The program itself has failed, out of memory perhaps: what waits is told, and takes no more of
   * this file. Who was told before hears nothing more.
   */
  private void fail(Queue<Task> batch, Throwable cause) {
    failed = true;
    StorageFailure broken = breakFile(cause);
    batch.forEach(task -> task.fail(broken));
  }

  private void commit(Queue<Task> batch) {
    List<Runnable> afterForce;
    try {
      afterForce = write(batch);
    } finally {
      batch.forEach(task -> events.done(task.bytes()));
    }
    afterForce.forEach(Runnable::run);
  }

  /** Writes and forces; gives what to do then, which is nothing where that has failed. */
  private List<Runnable> write(Queue<Task> batch) {
    var waiting = new ArrayList<Task>();
    var afterForce = new ArrayList<Runnable>();
    for (Task task : batch) {
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
      writeAll();
      if (failure == null && !waiting.isEmpty() && handle != null) {
        if (waiting.stream().anyMatch(Task::forced)) {
          handle.force();
          checkStillThere();
          unforcedSinceNanos = 0;
        } else if (unforcedSinceNanos == 0) {
          unforcedSinceNanos = System.nanoTime();
        }
        keptSize = size;
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

  /** A file that was unlinked under the server can be forced as before, and is nowhere. */
  private void checkStillThere() throws IOException {
    if (!volume.disk().exists(Layout.open(id))) {
      throw new NoSuchFileException(Layout.open(id).toString(), null, "deleted by somebody else");
    }
  }

  private StorageFailure breakFile(Throwable cause) {
    var failure = StoreEvents.storageFailure("chunk file not written", id.toString(), cause);
    this.failure = failure;
    failed = true;
    volume.troubled(cause);
    cutBack();
    close();
    events.failed(id, failure);
    return failure;
  }

  /**
   * Cuts off what was not kept. After a failed force the page cache shows bytes that the medium
   * does not have, and no later force brings them there; a server that starts again must not take
   * them for stored.
   */
  private void cutBack() {
    Disk.Handle open = handle;
    if (open != null) {
      try {
        open.truncate(keptSize);
      } catch (IOException e) {
        events.note("cutting back " + id, e);
      }
    }
  }

  /** Appends a record once the batch is written. */
  private void append(EncodedRecord record) throws IOException {
    if (handle == null) {
      create();
    }
    unwritten.addAll(record.bytes());
    size += record.length();
    sequence++;
  }

  /** Writes the records of a batch in one go: few large writes cost less than many small ones. */
  private void writeAll() throws IOException {
    Disk.Handle open = handle;
    if (open != null && !unwritten.isEmpty()) {
      open.append(unwritten);
      volume.wrote(unwritten.stream().mapToLong(ByteBuffer::remaining).sum());
    }
    unwritten.clear();
  }

  /** Creation order: folder, file, header, force file, force folder (invariant 0). */
  private void create() throws IOException {
    Path folder = Layout.folder(id.stream());
    volume.makeFolder(id.stream());
    Disk.Handle created = volume.disk().create(Layout.open(id));
    handle = created;
    volume.opened(id);
    created.append(List.of(new FileHeader(id, FileHeader.REPLACES_NONE).encode()));
    created.force();
    volume.forceFolder(folder);
    size = StoreFormat.FILE_HEADER_BYTES;
    keptSize = size;
  }

  /**
   * Sealing order: footer, trailer, force file, rename, force folder, then the listener (invariant
   * 0).
   */
  private void sealNow() throws IOException {
    Disk.Handle open = handle;
    if (open == null || index.isEmpty()) {
      close();
      if (open != null) {
        volume.disk().delete(Layout.open(id));
      }
      events.discarded(id);
      return;
    }
    Seal.write(open, size, sequence, index);
    long sealedSize = open.size();
    close();
    volume.disk().rename(Layout.open(id), Layout.sealed(id));
    volume.forceFolder(Layout.folder(id.stream()));
    events.sealed(index.index(FileHeader.REPLACES_NONE, sealedSize));
  }

  private void close() {
    Disk.Handle open = handle;
    handle = null;
    closed = true;
    if (open != null) {
      volume.closed(id);
      try {
        open.close();
      } catch (IOException e) {
        // Everything that was promised has been forced before.
        events.note("closing " + id, e);
      }
    }
  }
}
