// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.ChunkFileId;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.RunHeader;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Invariant 4: what follows a failed force. */
final class FailingDiskTest {

  private final CrashableDisk disk = new CrashableDisk();
  private final StepExecutor executor = new StepExecutor();
  private final Random random = new Random(3);
  private final StoredSamples media = new StoredSamples(random);
  private final RunHeader run = StoredSamples.run(1);
  private final StreamId stream = StreamId.random();
  private final FileChunkStore store =
      new FileChunkStore(Map.of("disk", disk), StoreOptions.DEFAULT, new Silent(), executor);
  private long counter = 100;

  private final ChunkWriter writer = store.acquire(stream, Durability.FSYNC, () -> ++counter);

  private CompletableFuture<FragmentEntry> fragment() {
    return end(writer);
  }

  @Test
  void afterAFailedForceNothingIsAcknowledgedAndTheNextFragmentGoesToAnotherFile() {
    FragmentEntry first = fragment().join();
    disk.failNextForce();
    CompletableFuture<FragmentEntry> lost = fragment();
    assertThatThrownBy(lost::join).hasCauseInstanceOf(StorageFailure.class);
    FragmentEntry third = fragment().join();
    assertThat(third.file()).isNotEqualTo(first.file());
    // The process dies, power stays: what could not be forced is not there either.
    disk.restart(CrashableDisk.End.KILL, random);
    var again =
        new FileChunkStore(Map.of("disk", disk), StoreOptions.DEFAULT, new Silent(), executor);
    again.recover();
    assertThat(again.readIndex(first.file()).fragments()).containsExactly(first);
    assertThat(again.readIndex(third.file()).fragments()).containsExactly(third);
  }

  @Test
  void aFolderThatCanNotBeForcedMakesTheStoreReadOnlyAndLeavesItReadable() {
    FragmentEntry first = fragment().join();
    ChunkWriter other = store.acquire(stream, Durability.FSYNC, () -> ++counter);
    other.run(run, Chain.begin());
    disk.failNextFolderForce();
    var number = new FragmentNumber(++counter, 1, 1);
    other.begin(number);
    other.append(media.part());
    CompletableFuture<FragmentEntry> end = other.end(StoredSamples.end(number, run.run(), random));
    executor.run();
    assertThatThrownBy(end::join).hasCauseInstanceOf(StorageFailure.class);
    assertThatThrownBy(() -> other.begin(number))
        .isInstanceOf(StorageFailure.class)
        .hasMessageContaining("read-only");
    assertThat(store.readPart(first.file(), first.parts().getFirst()).samples()).isNotEmpty();
  }

  @Test
  void whatIsOnlyWrittenIsForcedInTheBackgroundAndThenSurvivesAPowerCut() {
    ChunkWriter written = store.acquire(stream, Durability.WRITTEN, () -> ++counter);
    FragmentEntry first = end(written).join();
    store.forceWritten(0);
    executor.run();
    FragmentEntry late = end(written).join();
    disk.restart(CrashableDisk.End.POWER, random);
    var again =
        new FileChunkStore(Map.of("disk", disk), StoreOptions.DEFAULT, new Silent(), executor);
    again.recover();
    assertThat(again.readIndex(first.file()).fragments()).contains(first);
    assertThat(late.file()).isEqualTo(first.file());
  }

  @Test
  void whatWasJustWrittenIsNotForcedYet() {
    FragmentEntry entry = end(store.acquire(stream, Durability.WRITTEN, () -> ++counter)).join();
    store.forceWritten(Long.MAX_VALUE);
    executor.run();
    assertThat(disk.survives(Layout.open(entry.file()))).isFalse();
    store.forceWritten(0);
    executor.run();
    assertThat(disk.survives(Layout.open(entry.file()))).isTrue();
  }

  @Test
  void anErrorOfTheProgramFailsWhatWaitsAndTheNextFragmentGoesToAnotherFile() {
    FragmentEntry first = fragment().join();
    var number = new FragmentNumber(++counter, 1, 1);
    writer.begin(number);
    writer.append(media.part());
    CompletableFuture<FragmentEntry> hurt =
        writer.end(
            StoredSamples.end(number, run.run(), random),
            content -> {
              throw new OutOfMemoryError("Java heap space");
            });
    executor.run();
    assertThat(hurt).isCompletedExceptionally();
    assertThatThrownBy(hurt::join)
        .hasCauseInstanceOf(StorageFailure.class)
        .hasMessageContaining("OutOfMemoryError");
    assertThat(store.bytesInFlight()).isZero();
    FragmentEntry third = fragment().join();
    assertThat(third.file()).isNotEqualTo(first.file());
    disk.restart(CrashableDisk.End.POWER, random);
    var again =
        new FileChunkStore(Map.of("disk", disk), StoreOptions.DEFAULT, new Silent(), executor);
    again.recover();
    assertThat(again.readIndex(first.file()).fragments()).containsExactly(first);
    assertThat(again.readIndex(third.file()).fragments()).containsExactly(third);
  }

  private CompletableFuture<FragmentEntry> end(ChunkWriter into) {
    into.run(run, Chain.begin());
    var number = new FragmentNumber(++counter, 1, 1);
    into.begin(number);
    into.append(media.part());
    CompletableFuture<FragmentEntry> end = into.end(StoredSamples.end(number, run.run(), random));
    executor.run();
    return end;
  }

  private static final class Silent implements StoreListener {
    @Override
    public void opened(ChunkFileId file) {}

    @Override
    public void sealed(FileIndex index) {}

    @Override
    public void discarded(ChunkFileId file) {}

    @Override
    public void failed(ChunkFileId file, StorageFailure cause) {}
  }
}
