// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.control.AccessKey;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.server.ServerOptions;
import dev.weir.testing.Certificate;
import dev.weir.testing.Frames;
import dev.weir.testing.Nginx;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Amazon's producer SDK for Java, whose inside is their producer for C: it makes its stream, tags
 * it, pushes, and stops once it has heard that its last fragment is kept.
 */
final class JavaProducerIT {

  private static final Path SAMPLE = Path.of("media-samples", "h264-baseline-2997.mkv");
  private static final String START = "2026-02-03T04:05:06.007Z";

  /** In the jar of the SDK. */
  private static final String LIBRARY = "libKinesisVideoProducerJNI.so";

  /** How the producer reaches the server. */
  enum Way {
    DIRECT,
    NGINX,
    NGINX_WITH_TLS
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void whatIsPushedIsAcknowledgedAndComesBack(Way way) throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    AccessKey key = AwsClients.key(data);
    Certificate certificate = Certificate.create(folder);
    var nginx =
        new Nginx(
            Files.createDirectory(folder.resolve("nginx")),
            Optional.of(certificate).filter(each -> way == Way.NGINX_WITH_TLS));
    try (nginx;
        var weir = new RunningWeir(options(data, way, nginx))) {
      if (way != Way.DIRECT) {
        nginx.start(weir);
      }
      String url = way == Way.DIRECT ? weir.url("") : nginx.url();
      assertEachFragmentThrice(run(url, key, certificate));
      assertThat(weir.json("/v1/streams/cam").at("/tags/place").asText()).isEqualTo("hall");
      Path clip =
          Files.write(folder.resolve("clip.mp4"), weir.bytes("/v1/streams/cam/clip.mp4?from=0"));
      Frames.video(clip.toString()).assertSameHashesAs(Frames.video(SAMPLE.toString()));
      assertThat(weir.json("/v1/streams/cam").path("firstTime").asText()).isEqualTo(START);
    }
  }

  private static ServerOptions options(Path data, Way way, Nginx nginx) {
    var options = ServerOptions.of(RunningWeir.ANY_PORT, data);
    return way == Way.DIRECT ? options : options.reachedUnder(nginx.url());
  }

  /** BUFFERING, RECEIVED and PERSISTED are 1, 2 and 3. */
  private static void assertEachFragmentThrice(String output) {
    for (int kind = 1; kind <= 3; kind++) {
      String ack = "ack " + kind + " ";
      assertThat(output.lines().filter(line -> line.startsWith(ack)))
          .as(output)
          .hasSize(Source.of(SAMPLE).groups().size())
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }

  private String run(String url, AccessKey key, Certificate certificate) throws IOException {
    try (InputStream library = JavaProducer.class.getResourceAsStream("/lib/ubuntu/" + LIBRARY)) {
      Files.copy(Objects.requireNonNull(library, LIBRARY), folder.resolve(LIBRARY));
    }
    var command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.library.path=" + folder,
            "-Djavax.net.ssl.trustStore=" + certificate.store(),
            "-Djavax.net.ssl.trustStorePassword=" + Certificate.PASSWORD,
            "-cp",
            System.getProperty("java.class.path"),
            JavaProducer.class.getName(),
            url,
            "cam",
            SAMPLE.toString(),
            START,
            key.id(),
            key.secret());
    try (Program program = Program.start(command)) {
      assertThat(program.await(60)).as(program.output() + program.errors()).isZero();
      return program.output();
    }
  }
}
