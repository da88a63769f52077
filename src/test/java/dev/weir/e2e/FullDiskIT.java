// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.server.ServerOptions;
import dev.weir.server.StorageOptions;
import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A file system of 24 MB that fills up, under a whole server. Mounting one takes root. */
@EnabledIf("isRoot")
final class FullDiskIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-720p.mkv");
  private static final long RESERVE_BYTES = 6_000_000;
  private static final long KEEP_FREE_BYTES = 12_000_000;

  @TempDir Path folder;
  private Path mount;
  private RunningWeir weir;

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @BeforeEach
  void start() throws IOException {
    mount = Files.createDirectory(folder.resolve("small"));
    Program.run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", mount.toString());
    weir =
        new RunningWeir(
            ServerOptions.of(
                RunningWeir.ANY_PORT,
                new StorageOptions(
                    List.of(mount), KEEP_FREE_BYTES, RESERVE_BYTES, 16 << 20, 1 << 20)));
  }

  @AfterEach
  void stop() {
    weir.close();
    Program.run("umount", mount.toString());
  }

  private static void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(50_000_000);
    }
  }

  /** Pushes until the answer is no longer 200; that answer. */
  private HttpResponse<String> fill(String stream, int most) {
    HttpResponse<String> answer = weir.push(stream, SAMPLE);
    for (int i = 1; i < most && answer.statusCode() == 200; i++) {
      answer = weir.push(stream, SAMPLE);
    }
    return answer;
  }

  @Test
  void pushesAreRefusedBeforeTheDiskIsFullReadsGoOnAndPushesResumeByThemselves() {
    HttpResponse<String> refused = fill("kept", 1000);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(507);
    assertThat(refused.body()).contains("disk full").contains("room");
    assertThat(mount.toFile().getUsableSpace()).as("not full yet").isGreaterThan(RESERVE_BYTES / 4);
    assertThat(weir.get("/readyz").statusCode()).isEqualTo(507);

    Frames source = Frames.video(SAMPLE.toString());
    String items = weir.get("/v1/streams/kept/fragments?limit=1").body();
    String start = items.replaceFirst(".*\"producerTime\":\"([^\"]+)\".*", "$1");
    Frames played = Frames.video(weir.url("/v1/streams/kept/clip.mkv?from=" + start));
    assertThat(played.hashes().subList(0, source.frames().size())).isEqualTo(source.hashes());
    assertThat(weir.server().archive().check().failures()).isEmpty();

    HttpRequest delete =
        HttpRequest.newBuilder(URI.create(weir.url("/v1/streams/kept"))).DELETE().build();
    assertThat(weir.send(HttpRequest.newBuilder(delete, (name, value) -> true)).statusCode())
        .isEqualTo(204);
    await(() -> weir.push("other", SAMPLE).statusCode() == 200, "pushes are taken again");
  }

  @Test
  void retentionGivesWayFirst() {
    assertThat(weir.put("/v1/streams/ring", "{\"retention\":\"7d\"}").statusCode()).isEqualTo(201);
    assertThat(weir.push("kept", SAMPLE).statusCode()).isEqualTo(200);
    long pushed = 0;
    // Three times what the disk holds, at a pace that leaves retention its turns.
    long size = SAMPLE.toFile().length();
    while (pushed < 72_000_000) {
      HttpResponse<String> answer = weir.push("ring", SAMPLE);
      if (answer.statusCode() == 507) {
        await(() -> weir.get("/readyz").statusCode() == 200, "room is made");
        continue;
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      pushed += size;
    }
    assertThat(weir.get("/v1/streams/kept").body())
        .as("a stream without a limit keeps everything")
        .contains("\"fragments\":2");
  }
}
