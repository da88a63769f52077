// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.CommandRun;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog is an index: made anew from the files it gives the same answers. */
final class ReindexCommandIT {

  private static final List<String> QUESTIONS =
      List.of(
          "/v1/streams",
          "/v1/streams/cam",
          "/v1/streams/cam/fragments",
          "/v1/streams/cam/timeline",
          "/v1/streams/cam/timeline?clock=server",
          "/v1/streams/other/fragments?from=2026-01-01T00:00:03Z&to=2026-01-01T00:00:05Z",
          "/v1/streams/cam/hls/video.m3u8?window=1h",
          "/v1/streams/cam/hls/video.m3u8?from=0&to=2040-01-01T00:00:00Z");

  @TempDir Path folder;
  private Path data;
  private List<String> answers;

  @BeforeEach
  void record() {
    data = folder.resolve("data");
    try (var weir = new RunningWeir(data)) {
      for (String push :
          List.of(
              "cam ?timecodes=relative&start=2026-01-01T00:00:00Z",
              "other ?timecodes=relative&start=2026-01-01T00:00:00Z",
              "cam ?timecodes=relative&start=2026-01-01T00:01:00Z")) {
        String[] words = push.split(" ", -1);
        assertThat(
                weir.push(words[0], Path.of("media-samples/h264-aac.mkv"), words[1]).statusCode())
            .isEqualTo(200);
        // A file a push.
        weir.stop();
        weir.start();
      }
      answers = answers(weir);
    }
  }

  private static List<String> answers(RunningWeir weir) {
    var answers = new ArrayList<String>();
    for (String question : QUESTIONS) {
      var answer = weir.get(question);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      answers.add(answer.body());
    }
    return answers;
  }

  @AfterEach
  void theArchiveIsSoundAndAnswersAsBefore() {
    CommandRun check = CommandRun.of("check", "--data", data.toString());
    assertThat(check.output()).matches("(?s).* 12 fragments, [1-9][0-9]+ bytes, 0 failures\n");
    assertThat(check.status()).isZero();
    try (var weir = new RunningWeir(data)) {
      assertThat(answers(weir)).isEqualTo(answers);
    }
  }

  private CommandRun reindex() {
    return CommandRun.of("reindex", "--data", data.toString());
  }

  private List<Path> setAside() throws IOException {
    try (var files = Files.list(data)) {
      return files.filter(file -> file.toString().endsWith(".aside")).toList();
    }
  }

  @Test
  void aWholeCatalogIsSetAsideAndMadeAnew() throws IOException {
    CommandRun run = reindex();
    assertThat(run.status()).as(run.errors()).isZero();
    assertThat(setAside()).hasSize(1);
    assertThat(run.output())
        .contains("old catalog: " + setAside().getFirst())
        .contains("2 streams, 12 fragments, ");
  }

  @Test
  void aDeletedCatalogIsMadeAnew() throws IOException {
    Files.delete(data.resolve("catalog.mv.db"));
    CommandRun run = reindex();
    assertThat(run.status()).as(run.errors()).isZero();
    assertThat(setAside()).isEmpty();
    assertThat(run.output()).startsWith("2 streams, 12 fragments, ");
  }

  @Test
  void aDamagedCatalogIsMadeAnew() throws IOException {
    Path catalog = data.resolve("catalog.mv.db");
    byte[] bytes = Files.readAllBytes(catalog);
    Arrays.fill(bytes, (byte) 0x5a);
    Files.write(catalog, bytes);
    assertThat(reindex().status()).isZero();
    assertThat(Files.readAllBytes(setAside().getFirst())).isEqualTo(bytes);
  }

  @Test
  void aFolderInUseIsLeftAlone() throws IOException {
    try (var weir = new RunningWeir(data)) {
      assertThat(weir.get("/healthz").statusCode()).isEqualTo(200);
      CommandRun run = reindex();
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.errors()).contains("data folder is in use");
    }
    assertThat(setAside()).isEmpty();
  }

  @Test
  void aFileThatCannotBeReadIsNamedAndTheOthersAreListed() throws IOException {
    Path file;
    try (var files = Files.walk(data)) {
      file =
          files
              .filter(each -> each.toString().endsWith(".weir"))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    byte[] good = Files.readAllBytes(file);
    // As a later version may write: another version in a header that proves itself.
    byte[] later = good.clone();
    ByteBuffer.wrap(later).putShort(8, (short) 2);
    var crc = new CRC32C();
    crc.update(later, 0, 44);
    ByteBuffer.wrap(later).putInt(44, (int) crc.getValue());
    Files.write(file, later);
    CommandRun run = CommandRun.of("reindex", "--json", "--data", data.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.errors()).contains(file.getFileName().toString().replace(".weir", ""));
    assertThat(run.output()).contains("\"fragments\":8").contains("\"leftOut\":[\"");
    Files.write(file, good);
    assertThat(reindex().status()).isZero();
  }
}
