// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.archive.Archives;
import dev.weir.archive.DiskArchive;
import dev.weir.catalog.H2Catalog;
import dev.weir.server.ServerOptions;
import dev.weir.server.WeirServer;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreOptions;
import dev.weir.testing.Eventually;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A whole server whose catalog is on a disk that fills up and has room again, while its media is on
 * one that has. Mounting a disk takes root.
 */
@EnabledIf("isRoot")
final class FullCatalogIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");
  private static final int STREAMS = 12;

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger("dev.weir.catalog");
  private Path mount;
  private DiskArchive archive;
  private WeirServer server;

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @BeforeEach
  void start() throws IOException {
    mount = Files.createDirectory(folder.resolve("small"));
    Program.run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount.toString());
    said.list = new CopyOnWriteArrayList<>();
    said.start();
    log.addAppender(said);
    open();
  }

  private void open() {
    Path media = folder.resolve("media");
    archive =
        Archives.open(
            Map.of("disk", RealDisk.at(media)),
            new StoreOptions(2, 100_000, Long.MAX_VALUE / 4, 0, 1 << 20),
            H2Catalog.open(mount));
    server =
        WeirServer.start(
            ServerOptions.of(RunningWeir.ANY_PORT, media), archive, InstantSource.system());
  }

  @AfterEach
  void stop() {
    log.detachAppender(said);
    server.close();
    Program.run("umount", mount.toString());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.port() + "/v1/streams/" + path));
  }

  private void push(String stream) throws IOException {
    HttpResponse<String> answer =
        send(
            to(stream + "/media?timecodes=relative&start=2026-01-01T00:00:00Z")
                .POST(HttpRequest.BodyPublishers.ofFile(SAMPLE)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"fragments\":4,\"persisted\":4");
  }

  private void forgetFirst(String stream) {
    HttpResponse<String> answer =
        send(to(stream + "/fragments?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:01Z").DELETE());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  private boolean has(String stream, int fragments) {
    HttpResponse<String> list = send(to(stream + "/fragments").GET());
    return list.statusCode() == 200 && list.body().split("\"number\"", -1).length == fragments + 1;
  }

  private void fill(Path ballast) {
    Throwable full =
        catchThrowable(() -> {
          try (var out = Files.newOutputStream(ballast)) {
            var block = new byte[4096];
            while (true) {
              out.write(block);
            }
          }
        });
    assertThat(full).isInstanceOf(IOException.class);
  }

  private long mediaFiles() {
    try (Stream<Path> files = Files.walk(folder.resolve("media"))) {
      return files.filter(file -> file.toString().endsWith(".weir")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsPushedAndForgottenMeanwhileIsAsPromisedAndTheCatalogComesInStep() throws IOException {
    push("before");
    Path ballast = mount.resolve("ballast");
    fill(ballast);
    for (int i = 0; i < STREAMS; i++) {
      push("cam" + i);
      forgetFirst("cam" + i);
    }
    Files.delete(ballast);
    push("after");
    for (int i = 0; i < STREAMS; i++) {
      String stream = "cam" + i;
      Eventually.holds(stream + " is shown but for what was forgotten", () -> has(stream, 3));
    }
    assertThat(said.list)
        .as("met the full disk")
        .anyMatch(event -> event.getFormattedMessage().contains("opened again after a failure"));
    Eventually.holds("catalog and files agree", () -> archive.check().failures().isEmpty());
    long files = mediaFiles();
    server.close();
    open();
    for (int i = 0; i < STREAMS; i++) {
      assertThat(has("cam" + i, 3)).isTrue();
    }
    assertThat(has("before", 4)).isTrue();
    assertThat(has("after", 4)).isTrue();
    assertThat(archive.check().failures()).isEmpty();
    assertThat(files).as("none was made anew twice").isLessThan(2 * (STREAMS + 2) + 4);
  }
}
