// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's writer: chooses the file, rolls it between fragments, repeats the run header in each.
 * Confined to one caller.
 */
final class FileChunkWriter implements ChunkWriter {

  /** A record's header and fields, and the entry that memory and footer keep of it. */
  private static final long PART_OVERHEAD_BYTES = 256;

  private final FileSource files;
  private final StoreOptions options;
  private final Durability durability;
  private final Volumes volumes;

  private @Nullable OpenFile file;
  private long queuedBytes;
  private @Nullable RunHeader run;
  private Chain chain = Chain.begin();
  private boolean runWritten;
  private @Nullable FragmentNumber open;

  /** Where open files come from and go to. */
  interface FileSource {
    OpenFile take();

    void giveBack(OpenFile file, long queuedBytes);
  }

  FileChunkWriter(FileSource files, StoreOptions options, Durability durability, Volumes volumes) {
    this.files = files;
    this.options = options;
    this.durability = durability;
    this.volumes = volumes;
  }

  @Override
  public void run(RunHeader header, Chain itsChain) {
    run = header;
    chain = itsChain;
    runWritten = false;
  }

  @Override
  public void begin(FragmentNumber number) {
    if (open != null) {
      throw new IllegalStateException("fragment " + open + " is still open");
    }
    checkWritable();
    RunHeader header = run;
    if (header == null) {
      throw new IllegalStateException("a fragment without a run");
    }
    OpenFile into = current();
    if (!runWritten) {
      into.run(header);
      runWritten = true;
    }
    open = number;
  }

  private void checkWritable() {
    volumes
        .refused()
        .ifPresent(refusal -> {
          throw refusal;
        });
  }

  /** The file to write to, a fresh one where the last is full, old or broken. */
  private OpenFile current() {
    OpenFile now = file;
    if (now != null
        && (now.failed()
            || queuedBytes >= options.rollBytes()
            || now.ageNanos() >= options.rollNanos())) {
      var _ = now.seal();
      now = null;
    }
    if (now == null) {
      now = files.take();
      file = now;
      queuedBytes = 0;
      runWritten = false;
    }
    return now;
  }

  @Override
  public void append(Part part) {
    queuedBytes += weight(part);
    file().part(number().counter(), header().run(), part);
  }

  /** What a part costs in the file and, as an entry, in memory; bytes, a little too much. */
  static long weight(Part part) {
    return part.payloadBytes() + 4L * part.samples().size() + PART_OVERHEAD_BYTES;
  }

  @Override
  public CompletableFuture<FragmentEntry> end(FragmentEnd end, Replays replays) {
    open = null;
    return file().end(end, replays, chain, durability != Durability.WRITTEN);
  }

  @Override
  public void abandon() {
    file().abandon(number().counter());
    open = null;
  }

  @Override
  public CompletableFuture<ChunkFileId> gap(Gap gap) {
    checkWritable();
    // Within a fragment the file stays: all parts of a fragment lie in one.
    return (open == null ? current() : file()).gap(gap);
  }

  @Override
  public void release() {
    if (open != null) {
      abandon();
    }
    OpenFile last = file;
    file = null;
    if (last != null) {
      files.giveBack(last, queuedBytes);
    }
  }

  private OpenFile file() {
    if (file == null) {
      throw new IllegalStateException("no open file");
    }
    return file;
  }

  private RunHeader header() {
    if (run == null) {
      throw new IllegalStateException("no run");
    }
    return run;
  }

  private FragmentNumber number() {
    if (open == null) {
      throw new IllegalStateException("no open fragment");
    }
    return open;
  }
}
