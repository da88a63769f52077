// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.weir.server.cli.CommandFailed;
import dev.weir.testing.CommandRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DecodersCommandTest {

  private static final String OF_JAR =
      "d5d4b1a1bcb6dcf5ee0da1a3b0a6ad4c02c5fb2cfbc1cbb8d5f0a1f1a2a3a4a5";

  @TempDir Path folder;

  @Test
  void eachDecoderSaysWhetherItWorksAndForWhat() throws IOException {
    CommandRun run = CommandRun.of("decoders", "--json", "--folder", "target/decoders");
    assertThat(run.status()).isZero();
    JsonNode items = new ObjectMapper().readTree(run.output()).path("items");
    assertThat(items.findValuesAsText("decoder")).containsExactly("ffmpeg", "humble", "jcodec");
    assertThat(items.findValuesAsText("works")).containsExactly("true", "true", "true");
    assertThat(items.get(2).path("codecs").toString()).isEqualTo("[\"h264\"]");
  }

  @Test
  void whatIsMissingIsSaidWithWhatInstallsIt() {
    CommandRun run = CommandRun.of("decoders", "--folder", folder.toString());
    assertThat(run.status()).isZero();
    assertThat(run.output()).contains("no: not installed (weir decoders install humble)");
  }

  @Test
  void aJarIsBroughtOnceAndOnlyIfItIsTheOneThatWasTried() throws Exception {
    byte[] jar = "as good as a jar".getBytes(StandardCharsets.UTF_8);
    var asked = new AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/maven/a/b.jar",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, jar.length);
          exchange.getResponseBody().write(jar);
          exchange.close();
        });
    server.start();
    try {
      URI repository = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/maven");
      var right = List.of(new HumbleInstall.Jar("a/b.jar", sha256(jar)));
      var wrong = List.of(new HumbleInstall.Jar("a/b.jar", OF_JAR));
      assertThatThrownBy(() -> new HumbleInstall(repository, wrong).into(folder))
          .isInstanceOf(CommandFailed.class)
          .hasMessageContaining("not the file that was tried");
      assertThat(folder).isEmptyDirectory();
      assertThat(new HumbleInstall(repository, right).into(folder))
          .containsExactly(folder.resolve("b.jar"));
      assertThat(Files.readAllBytes(folder.resolve("b.jar"))).isEqualTo(jar);
      new HumbleInstall(repository, right).into(folder);
      assertThat(asked).hasValue(2);
    } finally {
      server.stop(0);
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return java.util.HexFormat.of()
        .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
