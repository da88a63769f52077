// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Codec;
import dev.weir.model.CorruptRecord;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.LivePlace;
import dev.weir.model.Part;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.Track;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileChunkStoreTest {

  @TempDir Path folder;

  private final StreamId stream = StreamId.random();
  private final AtomicLong counter = new AtomicLong(1000);
  private final Random random = new Random(7);
  private final List<FileIndex> sealed = new CopyOnWriteArrayList<>();

  @Test
  void whatWasPersistedIsReadBackAlsoAfterSealing() {
    var written = new ArrayList<Part>();
    FragmentEntry entry;
    try (var store = open()) {
      store.recover();
      ChunkWriter writer = store.acquire(stream, Durability.FSYNC, counter::incrementAndGet);
      entry = write(writer, written);
      assertSame(store, entry, written);
      writer.release();
    }
    assertThat(sealed).hasSize(1);
    assertThat(sealed.getFirst().fragments()).containsExactly(entry);
    try (var store = open()) {
      store.recover();
      assertThat(store.sealedFiles()).containsExactly(entry.file());
      assertThat(store.readIndex(entry.file())).isEqualTo(sealed.getFirst());
      assertSame(store, entry, written);
    }
  }

  @Test
  void anUnsealedFileIsSealedByRecoveryAndItsLastFragmentClosed() throws IOException {
    var written = new ArrayList<Part>();
    FragmentEntry entry;
    Path copy = folder.resolve("copy");
    try (var store = open()) {
      store.recover();
      ChunkWriter writer = store.acquire(stream, Durability.FSYNC, counter::incrementAndGet);
      entry = write(writer, written);
      FragmentNumber second = number();
      writer.begin(second);
      writer.append(part(0, 5));
      writer.end(end(second, entry.run())).join();
      writer.begin(number());
      writer.append(part(0, 6));
      writer.append(part(1, 6));
      // The end of another fragment's force makes sure that these parts are in the file.
      store
          .acquire(stream, Durability.FSYNC, counter::incrementAndGet)
          .gap(new dev.weir.model.Gap(1, 2, dev.weir.model.GapReason.SOURCE, "", Optional.empty()))
          .join();
      Path file = folder.resolve("data").resolve(Layout.open(entry.file()));
      while (store.bytesInFlight() > 0) {
        Thread.onSpinWait();
      }
      Files.createDirectories(copy.resolve(Layout.folder(stream)));
      byte[] bytes = Files.readAllBytes(file);
      Files.write(copy.resolve(Layout.open(entry.file())), bytes);
      // A torn tail.
      Files.write(
          copy.resolve(Layout.open(entry.file())),
          new byte[] {1, 2, 3},
          java.nio.file.StandardOpenOption.APPEND);
      writer.release();
    }
    sealed.clear();
    Files.writeString(copy.resolve("weir-data"), "weir data folder, format 1\n1\n");
    try (var store =
        new FileChunkStore(
            Map.of("disk", RealDisk.at(copy)), StoreOptions.DEFAULT, new Listener())) {
      RecoveryReport report = store.recover();
      assertThat(report.truncatedFragments()).isEqualTo(1);
      assertThat(report.tornBytes()).isEqualTo(3);
      FileIndex index = store.readIndex(entry.file());
      assertThat(index.fragments()).hasSize(3);
      assertThat(index.fragments().getFirst()).isEqualTo(entry);
      assertThat(index.fragments().get(2).truncated()).isTrue();
      assertThat(index.fragments().get(2).parts()).hasSize(2);
      assertSame(store, entry, written);
      assertThat(store.recover().sealed()).isEmpty();
    }
  }

  @Test
  void everyFlippedByteIsNoticedAndWrongBytesAreNeverGiven() throws IOException {
    var written = new ArrayList<Part>();
    FragmentEntry entry;
    try (var store = open()) {
      store.recover();
      ChunkWriter writer = store.acquire(stream, Durability.FSYNC, counter::incrementAndGet);
      entry = write(writer, written);
      writer.release();
    }
    Path file = folder.resolve("data").resolve(Layout.sealed(entry.file()));
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      int at = random.nextInt(bad.length);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bad);
      try (var store = open()) {
        store.recover();
        int damaged = 0;
        for (int p = 0; p < entry.parts().size(); p++) {
          PartEntry part = entry.parts().get(p);
          boolean inside = at >= part.offset() && at < part.offset() + part.recordBytes();
          if (inside) {
            damaged++;
            assertThatThrownBy(() -> store.readPart(entry.file(), part))
                .isInstanceOf(CorruptRecord.class);
          } else {
            assertSame(store.readPart(entry.file(), part), written.get(p));
          }
        }
        assertThat(damaged).isLessThanOrEqualTo(1);
        try {
          store.readIndex(entry.file());
        } catch (WeirException e) {
          assertThat(e).isInstanceOf(CorruptRecord.class);
        }
      }
    }
  }

  @Test
  void aFileCutShorterThanItsHeaderIsSaidToBe() throws IOException {
    FragmentEntry entry;
    try (var store = open()) {
      store.recover();
      ChunkWriter writer = store.acquire(stream, Durability.FSYNC, counter::incrementAndGet);
      entry = write(writer, new ArrayList<>());
      writer.release();
    }
    Path file = folder.resolve("data").resolve(Layout.sealed(entry.file()));
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 7));
    try (var store = open()) {
      assertThat(store.verify(entry.file()).problems())
          .anyMatch(line -> line.contains("its 7 bytes are shorter than a file header"))
          .noneMatch(line -> line.contains("that are no record"));
    }
  }

  @Test
  void aSecondServerOnTheFolderIsRefused() {
    try (var store = open()) {
      assertThat(store.streams()).isEmpty();
      assertThatThrownBy(this::open)
          .isInstanceOf(StorageFailure.class)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void anIdleFileIsTakenUpAgain() {
    try (var store = open()) {
      store.recover();
      ChunkWriter first = store.acquire(stream, Durability.FSYNC, counter::incrementAndGet);
      FragmentEntry one = write(first, new ArrayList<>());
      first.release();
      ChunkWriter second = store.acquire(stream, Durability.FSYNC, counter::incrementAndGet);
      FragmentEntry two = write(second, new ArrayList<>());
      second.release();
      assertThat(two.file()).isEqualTo(one.file());
    }
    assertThat(sealed).hasSize(1);
  }

  private FragmentEntry write(ChunkWriter writer, List<Part> written) {
    var run = new RunId(counter.incrementAndGet());
    writer.run(run(run), Chain.begin());
    FragmentNumber number = number();
    writer.begin(number);
    for (int i = 0; i < 4; i++) {
      Part part = part(i % 2, 10);
      written.add(part);
      writer.append(part);
    }
    return writer.end(end(number, run)).join();
  }

  private static FragmentEnd end(FragmentNumber number, RunId run) {
    return new FragmentEnd(
        number,
        run,
        1000,
        2000,
        3000,
        true,
        FragmentState.WHOLE,
        1,
        Optional.of(new LivePlace(4, 5)),
        Optional.of(number),
        Bytes.fromHex("0102"));
  }

  private FragmentNumber number() {
    return new FragmentNumber(counter.incrementAndGet(), 1234, 5678);
  }

  private static RunHeader run(RunId id) {
    var codec =
        new Codec.Aac(Bytes.fromHex("1190"), "mp4a.40.2", new AudioFormat(48_000, 2, 1024, 0));
    return new RunHeader(
        id,
        List.of(new Track(0, 48_000, "und", codec), new Track(1, 1000, "eng", codec)),
        77,
        88,
        true,
        false);
  }

  private Part part(int track, int count) {
    var samples = new ArrayList<Sample>();
    var payloads = new ArrayList<ByteBuffer>();
    long time = random.nextInt(1000);
    for (int i = 0; i < count; i++) {
      var data = new byte[random.nextInt(2000)];
      random.nextBytes(data);
      int duration = 1 + random.nextInt(100);
      samples.add(
          new Sample(time, random.nextInt(200) - 100, duration, data.length, random.nextBoolean()));
      payloads.add(ByteBuffer.wrap(data));
      time += duration;
    }
    return new Part(track, samples, payloads, false);
  }

  private static void assertSame(ChunkStore store, FragmentEntry entry, List<Part> written) {
    assertThat(entry.parts()).hasSize(written.size());
    for (int i = 0; i < written.size(); i++) {
      assertSame(store.readPart(entry.file(), entry.parts().get(i)), written.get(i));
      assertThat(store.readSamples(entry.file(), entry.parts().get(i)))
          .isEqualTo(written.get(i).samples());
    }
  }

  private static void assertSame(StoredPart stored, Part written) {
    assertThat(stored.samples()).isEqualTo(written.samples());
    var payload = ByteBuffer.allocate(Math.toIntExact(written.payloadBytes()));
    written.payloads().forEach(each -> payload.put(each.duplicate()));
    assertThat(stored.payload()).isEqualTo(payload.flip());
  }

  private FileChunkStore open() {
    return new FileChunkStore(
        Map.of("disk", RealDisk.at(folder.resolve("data"))), StoreOptions.DEFAULT, new Listener());
  }

  private final class Listener implements StoreListener {
    @Override
    public void opened(ChunkFileId file) {}

    @Override
    public void sealed(FileIndex index) {
      sealed.add(index);
    }

    @Override
    public void discarded(ChunkFileId file) {}

    @Override
    public void failed(ChunkFileId file, StorageFailure cause) {
      throw new AssertionError(cause);
    }
  }
}
