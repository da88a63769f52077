// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Codec;
import dev.weir.model.Durability;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.LivePlace;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.Track;
import dev.weir.store.Chain;
import dev.weir.store.ChunkWriter;
import dev.weir.store.FileChunkStore;
import dev.weir.store.FileIndex;
import dev.weir.store.FragmentEnd;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreListener;
import dev.weir.store.StoreOptions;
import dev.weir.testing.CommandRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps against texts that a person has reviewed; {@code -Dgolden.update=true} rewrites them. */
final class InspectCommandTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/inspect");
  private static final StreamId STREAM = StreamId.parse("00112233-4455-6677-8899-aabbccddeeff");

  @TempDir Path folder;

  private void assertGolden(Path file, int status, String golden) throws IOException {
    CommandRun run = CommandRun.of("inspect", file.toString());
    assertThat(run.errors()).isEmpty();
    String dump = run.output().replace(file + ":", golden + ":");
    Path expected = GOLDEN.resolve(golden + ".txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(expected, dump);
    }
    assertThat(dump).isEqualTo(Files.readString(expected));
    assertThat(run.status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h264-baseline-2997.mkv", "opus.webm", "h264-aac.mp4"})
  void dumpIsAsReviewed(String sample) throws IOException {
    assertGolden(Path.of("media-samples", sample), 0, sample);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"h264-aac.mkv", "h264-opus.mkv", "aac.mka", "h264-aac-frag-every-frame.mp4"})
  void everyByteBelongsToSomething(String sample) throws IOException {
    Path file = Path.of("media-samples", sample);
    CommandRun run = CommandRun.of("inspect", "--json", file.toString());
    assertThat(run.status()).isZero();
    // Whatever has children is as long as they are; so the last thing ends with the file.
    long end = 0;
    for (String line : run.output().lines().toList()) {
      JsonNode node = new ObjectMapper().readTree(line);
      assertThat(node.get("name").asText()).isNotEqualTo("unknown");
      if (node.has("length")) {
        end = Math.max(end, node.get("offset").asLong() + node.get("length").asLong());
      }
    }
    assertThat(end).isEqualTo(Files.size(file));
  }

  @Test
  void damagedMatroskaIsNamedAndReadOnAtTheNextCluster() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("media-samples/h264-baseline-2997.mkv"));
    Arrays.fill(bytes, 60_000, 62_500, (byte) 0);
    assertGolden(Files.write(folder.resolve("damaged.mkv"), bytes), 1, "damaged.mkv");
  }

  @Test
  void aFileCutShortSaysHowMuchIsMissing() throws IOException {
    for (String sample : List.of("h264-baseline-2997.mkv", "h264-aac.mp4")) {
      byte[] bytes = Files.readAllBytes(Path.of("media-samples", sample));
      Path cut = Files.write(folder.resolve(sample), Arrays.copyOf(bytes, 50_000));
      CommandRun run = CommandRun.of("inspect", cut.toString());
      assertThat(run.output()).contains("missing=");
      assertThat(run.status()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anythingCanBeInspectedWithoutAHang(long seed) throws IOException {
    var random = new Random(seed);
    for (String sample : List.of("h264-baseline-2997.mkv", "h264-aac.mp4", "opus.webm")) {
      byte[] good = Arrays.copyOf(Files.readAllBytes(Path.of("media-samples", sample)), 60_000);
      for (int i = 0; i < 20; i++) {
        byte[] bad = good.clone();
        for (int n = 0; n < 50; n++) {
          bad[12 + random.nextInt(i % 2 == 0 ? bad.length - 12 : 2000)] = (byte) random.nextInt();
        }
        CommandRun run =
            CommandRun.of("inspect", Files.write(folder.resolve("bad"), bad).toString());
        assertThat(run.errors()).as("seed %d", seed).isEmpty();
        assertThat(run.output().lines().count()).isGreaterThan(2);
      }
    }
  }

  @Test
  void textFromAFileDoesNotReachTheTerminalRaw() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("media-samples/h264-baseline-2997.mkv"));
    int app = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("Lavf");
    bytes[app] = 0x1b;
    Path file = Files.write(folder.resolve("escape.mkv"), bytes);
    assertThat(CommandRun.of("inspect", file.toString()).output())
        .doesNotContain("\u001b")
        .contains("\\u001bavf");
  }

  @Test
  void whatIsNoSuchFileIsSaid() throws IOException {
    CommandRun other = CommandRun.of("inspect", "pom.xml");
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.errors()).contains("pom.xml").contains("Matroska, WebM, MP4");
    CommandRun none = CommandRun.of("inspect", folder.resolve("none").toString());
    assertThat(none.errors()).contains("no such file");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThat(CommandRun.of("inspect", empty.toString()).status()).isEqualTo(1);
    assertThat(CommandRun.of("inspect").status()).isEqualTo(2);
  }

  @Test
  void aSealedChunkFileIsAsReviewed() throws IOException {
    assertGolden(sealed(), 0, "sealed.weir");
  }

  @Test
  void aChunkFileIsReadWhileAStoreHasItOpen() throws IOException {
    try (var store = open()) {
      ChunkWriter writer = write(store);
      Path file;
      try (var files = Files.walk(folder)) {
        file = files.filter(each -> each.toString().endsWith(".open")).findFirst().orElseThrow();
      }
      CommandRun run = CommandRun.of("inspect", file.toString());
      assertThat(run.errors()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.output()).contains("fragment end").doesNotContain("index", "trailer");
      writer.release();
    }
  }

  @Test
  void damageInAChunkFileIsNamed() throws IOException {
    Path file = sealed();
    byte[] good = Files.readAllBytes(file);
    byte[] bad = good.clone();
    // A byte of the payload of the second record, and of the trailer.
    bad[400] ^= 1;
    bad[bad.length - 10] ^= 1;
    Files.write(file, bad);
    assertGolden(file, 1, "damaged.weir");
    // Without its header a file is known by its name.
    Arrays.fill(bad, 0, 48, (byte) 0);
    Files.write(file, bad);
    CommandRun headless = CommandRun.of("inspect", file.toString());
    assertThat(headless.output()).contains("no file header that proves itself", "fragment end");
    assertThat(headless.status()).isEqualTo(1);
    Path elsewhere = Files.write(folder.resolve("renamed.mkv"), good);
    assertThat(CommandRun.of("inspect", elsewhere.toString()).output())
        .contains("Weir chunk file")
        .contains("trailer");
  }

  @Test
  void aChunkFileForMachinesIsALineOfJsonARecord() throws IOException {
    CommandRun run = CommandRun.of("inspect", "--json", sealed().toString());
    var names = new ArrayList<String>();
    for (String line : run.output().lines().toList()) {
      names.add(new ObjectMapper().readTree(line).get("name").asText());
    }
    assertThat(names).startsWith("header", "run", "track 0", "part").endsWith("index", "trailer");
    JsonNode end =
        new ObjectMapper()
            .readTree(
                run.output()
                    .lines()
                    .filter(line -> line.contains("fragment end"))
                    .findFirst()
                    .orElseThrow());
    assertThat(end.get("fields").get("crc").asText()).isEqualTo("ok");
    assertThat(end.get("fields").get("fragment").isIntegralNumber()).isTrue();
    assertThat(end.get("fields").get("startsWithSync").isBoolean()).isTrue();
  }

  private Path sealed() throws IOException {
    try (var store = open()) {
      write(store).release();
    }
    try (var files = Files.walk(folder)) {
      return files.filter(each -> each.toString().endsWith(".weir")).findFirst().orElseThrow();
    }
  }

  private FileChunkStore open() {
    var store =
        new FileChunkStore(
            Map.of("disk", RealDisk.at(folder.resolve("data"))),
            StoreOptions.DEFAULT,
            new Unheard());
    store.recover();
    return store;
  }

  /** Two fragments, one given up between them, and a gap; the same bytes each time. */
  private static ChunkWriter write(FileChunkStore store) {
    var counter = new long[] {1_760_000_000_000_000L};
    ChunkWriter writer = store.acquire(STREAM, Durability.FSYNC, () -> ++counter[0]);
    var codec =
        new Codec.Aac(Bytes.fromHex("1190"), "mp4a.40.2", new AudioFormat(48_000, 2, 1024, 0));
    var run =
        new RunHeader(
            new RunId(counter[0]),
            List.of(new Track(0, 48_000, "eng", codec)),
            1_760_000_000_000_000_000L,
            1_760_000_000_100_000_000L,
            false,
            true);
    writer.run(run, Chain.begin());
    var random = new Random(7);
    fragment(writer, run, counter, random, Optional.of(new LivePlace(12, 3)));
    writer.begin(new FragmentNumber(++counter[0], 1_760_000_002_000L, 1));
    writer.append(part(2, random));
    writer.abandon();
    writer
        .gap(
            new Gap(
                1_760_000_001_000_000_000L,
                1_760_000_005_000_000_000L,
                GapReason.SOURCE,
                "the connection was closed",
                Optional.empty()))
        .join();
    fragment(writer, run, counter, random, Optional.empty());
    return writer;
  }

  private static void fragment(
      ChunkWriter writer, RunHeader run, long[] counter, Random random, Optional<LivePlace> live) {
    var number = new FragmentNumber(++counter[0], 1_760_000_000_000L, 99);
    writer.begin(number);
    writer.append(part(0, random));
    writer.append(part(1, random));
    writer
        .end(
            new FragmentEnd(
                number,
                run.run(),
                1_760_000_000_000_000_000L + random.nextInt(1_000_000),
                1_760_000_000_100_000_000L,
                170_666_667,
                true,
                FragmentState.WHOLE,
                1,
                live,
                Optional.empty(),
                Bytes.EMPTY))
        .join();
  }

  private static Part part(int place, Random random) {
    var samples = new ArrayList<Sample>();
    var payloads = new ArrayList<ByteBuffer>();
    for (int i = 0; i < 4; i++) {
      var data = new byte[50 + random.nextInt(100)];
      random.nextBytes(data);
      samples.add(new Sample((place * 4L + i) * 1024, 0, 1024, data.length, true));
      payloads.add(ByteBuffer.wrap(data));
    }
    return new Part(0, samples, payloads, false);
  }

  private static final class Unheard implements StoreListener {
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
