// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.weir.model.ChunkFileId;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.PartEntry;
import dev.weir.model.StorageFailure;
import dev.weir.playback.clip.Recording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Bits of sealed files that are no longer what they were. */
final class BitRotTest {

  private static final int FLIPS = 10_000;
  private static final long SEED = 20261126;

  @TempDir Path folder;

  private final Logger log = (Logger) LoggerFactory.getLogger("dev.weir");

  /** Every flip is logged, as it should be. */
  @BeforeEach
  void quiet() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void loud() {
    log.setLevel(null);
  }

  private static Path sealedFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".weir")).findFirst().orElseThrow();
    }
  }

  private static void flip(FileChannel file, long bit) throws IOException {
    var one = ByteBuffer.allocate(1);
    file.read(one, bit / 8);
    one.put(0, (byte) (one.get(0) ^ 1 << (bit % 8)));
    file.write(one.rewind(), bit / 8);
  }

  private static FileChunkStore store(Path folder) {
    return new FileChunkStore(
        Map.of("disk", RealDisk.at(folder)), StoreOptions.DEFAULT, new Nobody());
  }

  /** What the parts hold, by fragment and place; a part that does not prove itself is left out. */
  private static Map<FragmentNumber, Map<Integer, ByteBuffer>> readable(
      ChunkStore store, ChunkFileId file) {
    Map<FragmentNumber, Map<Integer, ByteBuffer>> all = new HashMap<>();
    for (FragmentEntry fragment : store.readIndex(file).fragments()) {
      Map<Integer, ByteBuffer> parts = new HashMap<>();
      List<PartEntry> entries = fragment.parts();
      for (int i = 0; i < entries.size(); i++) {
        try {
          parts.put(i, store.readPart(file, entries.get(i)).payload());
        } catch (CorruptRecord damaged) {
          assertThat(damaged.where()).contains("byte");
        }
      }
      all.put(fragment.number(), parts);
    }
    return all;
  }

  @Test
  void everyFlipIsFoundAndNoWrongByteIsGivenOut() throws IOException {
    try (var recording = new Recording(folder)) {
      recording.push("opus.webm");
    }
    var random = new Random(SEED);
    Path path = sealedFile(folder);
    int partsLost = 0;
    try (FileChunkStore store = store(folder);
        FileChannel file =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ChunkFileId id = store.sealedFiles().getFirst();
      Map<FragmentNumber, Map<Integer, ByteBuffer>> truth = readable(store, id);
      for (int flip = 0; flip < FLIPS; flip++) {
        long bit = random.nextLong(file.size() * 8);
        flip(file, bit);
        assertThat(store.verify(id).problems())
            .as("bit %d, seed %d", bit, SEED)
            .isNotEmpty()
            .allMatch(line -> line.contains(id.toString()));
        partsLost += compare(truth, readable(store, id), bit);
        flip(file, bit);
      }
    }
    assertThat(partsLost).as("flips that hit a payload").isGreaterThan(FLIPS / 2);
  }

  /** What is given out is right, and at most one fragment lacks anything. */
  private static int compare(
      Map<FragmentNumber, Map<Integer, ByteBuffer>> truth,
      Map<FragmentNumber, Map<Integer, ByteBuffer>> now,
      long bit) {
    int fragmentsHurt = 0;
    for (Map.Entry<FragmentNumber, Map<Integer, ByteBuffer>> each : truth.entrySet()) {
      Map<Integer, ByteBuffer> found = now.getOrDefault(each.getKey(), Map.of());
      assertThat(each.getValue()).as("bit %d", bit).containsAllEntriesOf(found);
      fragmentsHurt += found.size() < each.getValue().size() ? 1 : 0;
    }
    assertThat(truth.keySet()).containsAll(now.keySet());
    assertThat(fragmentsHurt).as("fragments hurt by bit %d", bit).isLessThanOrEqualTo(1);
    return fragmentsHurt;
  }

  private static final class Nobody implements StoreListener {
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
