// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.control.AccessKey;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.testing.Frames;
import dev.weir.testing.NodePrograms;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/** The lines to paste of the page for those who come from Amazon, as they stand there. */
final class FromAwsIT {

  private static final Path PAGE = Path.of("src", "site", "markdown", "guide", "from-aws.md");

  /** Where the page says that the server is. */
  private static final String SERVER = "http://127.0.0.1:8080";

  /** What is asked for there. */
  private static final Instant START = Instant.parse("2026-02-03T04:05:06Z");

  private static final Source BOTH = Source.of(Path.of("media-samples", "h264-aac.mkv"));

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() throws IOException {
    weir = new RunningWeir(Files.createDirectory(folder.resolve("server")));
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  /** What a part of the page gives to paste, for a server that listens elsewhere. */
  private List<String> blocks(String heading) throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf("\n## " + heading + "\n");
    assertThat(from).as("## %s", heading).isPositive();
    int to = page.indexOf("\n## ", from + 1);
    Matcher fences =
        Pattern.compile("```[a-z]*\n(.*?)```", Pattern.DOTALL)
            .matcher(page.substring(from, to < 0 ? page.length() : to));
    var blocks = new ArrayList<String>();
    while (fences.find()) {
      blocks.add(fences.group(1).replace(SERVER, weir.url("")));
    }
    return blocks;
  }

  /** The variables that a server without keys is content with. */
  private String anyKey() throws IOException {
    return blocks("Keys").getFirst();
  }

  private String shell(String lines) throws IOException {
    return run(List.of("bash", "-euc", lines));
  }

  private String run(List<String> command) {
    try (Program program = Program.start(folder, command)) {
      assertThat(program.await(120)).as(program.output() + program.errors()).isZero();
      return program.output();
    }
  }

  private byte[] document() {
    var document = new ProducerMatroska().header(BOTH.tracks());
    BOTH.groups().forEach(document::cluster);
    return document.bytes();
  }

  private void push() throws IOException {
    AccessKey key = AwsClients.key(Files.createDirectory(folder.resolve("keys")));
    try (var producer = new MediaProducer(weir, key)) {
      assertThat(
              producer
                  .put(MediaProducer.relative("cam-1", START), new ByteArrayInputStream(document()))
                  .failure())
          .isEmpty();
    }
  }

  @Test
  void theCommandLineMakesAStreamAndReadsIt() throws IOException {
    List<String> blocks = blocks("AWS command line");
    assertThat(blocks).hasSize(2);
    String begin = anyKey() + olderVersions();
    shell(begin + blocks.get(0));
    push();
    String output =
        shell(begin + blocks.get(0).lines().findFirst().orElseThrow() + "\n" + blocks.get(1));
    assertThat(output)
        .contains(weir.url("/hls/v1/getHLSMasterPlaylist.m3u8?SessionToken="))
        .contains(weir.url("/dash/v1/getDASHManifest.mpd?SessionToken="))
        .contains("video/mp4");
    Path pushed = Files.write(folder.resolve("pushed.mkv"), document());
    Frames.video(folder.resolve("clip.mp4").toString())
        .assertSameHashesAs(Frames.video(pushed.toString()));
  }

  /** What the page says of them. */
  private String olderVersions() throws IOException {
    Matcher version =
        Pattern.compile("aws-cli/([12])\\.([0-9]+)\\.").matcher(shell("aws --version 2>&1"));
    assertThat(version.find()).isTrue();
    int firstWithVariable = version.group(1).equals("1") ? 32 : 15;
    return Integer.parseInt(version.group(2)) < firstWithVariable
        ? "aws() { command aws --endpoint-url \"$AWS_ENDPOINT_URL\" \"$@\"; }\n"
        : "";
  }

  @ParameterizedTest
  @CsvSource({"JavaScript, node, snippet.mjs", "Python, python3, snippet.py"})
  void whatReadsAStreamReadsAllOfIt(String heading, String program, String file)
      throws IOException {
    weir.put("/v1/streams/cam-1", "{\"retention\":\"1d\"}");
    push();
    Path script = folder.resolve(file);
    if (program.equals("node")) {
      script = NodePrograms.folder().resolve(file).toAbsolutePath();
    }
    Files.writeString(script, blocks(heading).getFirst());
    String output = shell(anyKey() + program + " " + script);
    long bytes = output.lines().mapToLong(Long::parseLong).sum();
    // Each fragment has a header and tags of its own.
    assertThat(bytes).isBetween((long) document().length, 2L * document().length);
  }

  @Test
  void keysAreMadeAndListed() throws IOException {
    List<String> blocks = blocks("Keys");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String weirProgram =
        "%s --enable-native-access=ALL-UNNAMED -cp '%s' dev.weir.server.Main"
            .formatted(java, absolute(System.getProperty("java.class.path")));
    String output = shell(blocks.get(1).replace("scripts/weir", weirProgram));
    assertThat(output.lines().filter(line -> line.startsWith("AWS_ACCESS_KEY_ID=AKIA"))).hasSize(2);
    assertThat(output).contains("camera", "viewer", "AWS_SECRET_ACCESS_KEY=");
  }

  private static String absolute(String classPath) {
    return String.join(
        ":",
        Pattern.compile(":")
            .splitAsStream(classPath)
            .map(each -> Path.of(each).toAbsolutePath().toString())
            .toList());
  }

  @Test
  void theSdkForJava2IsPointedToTheServer() throws Exception {
    weir.put("/v1/streams/cam-1", "{\"retention\":\"1d\"}");
    Class<?> pasted =
        compiled(
            """
            import java.net.URI;
            import software.amazon.awssdk.regions.Region;
            import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

            public class Pasted {
              public static KinesisVideoClient client() {
            %s
                return client;
              }
            }
            """
                .formatted(blocks("SDK for Java 2").getFirst()));
    System.setProperty("aws.accessKeyId", "any");
    System.setProperty("aws.secretAccessKey", "any");
    try (var client = (KinesisVideoClient) pasted.getMethod("client").invoke(null)) {
      assertThat(client.listStreams().streamInfoList())
          .singleElement()
          .satisfies(each -> assertThat(each.streamName()).isEqualTo("cam-1"));
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void theSdkForJava1IsPointedToTheServer() throws Exception {
    compiled(
        """
        import com.amazonaws.auth.DefaultAWSCredentialsProviderChain;
        import com.amazonaws.services.kinesisvideo.AmazonKinesisVideoPutMedia;
        import com.amazonaws.services.kinesisvideo.AmazonKinesisVideoPutMediaClientBuilder;
        import java.net.URI;

        public class Pasted {
          public static AmazonKinesisVideoPutMedia client() {
        %s
            return client;
          }
        }
        """
            .formatted(blocks("SDK for Java 1: PutMedia").getFirst()));
  }

  @Test
  void theProducerSdkForJavaIsPointedToTheServer() throws Exception {
    compiled(
        """
        import com.amazonaws.auth.AWSCredentialsProvider;
        import com.amazonaws.kinesisvideo.client.KinesisVideoClient;
        import com.amazonaws.kinesisvideo.client.KinesisVideoClientConfiguration;
        import com.amazonaws.kinesisvideo.java.auth.JavaCredentialsProviderImpl;
        import com.amazonaws.kinesisvideo.java.client.KinesisVideoJavaClientFactory;
        import com.amazonaws.kinesisvideo.producer.DeviceInfo;
        import com.amazonaws.kinesisvideo.storage.DefaultStorageCallbacks;
        import java.util.concurrent.ScheduledExecutorService;

        public class Pasted {
          public static KinesisVideoClient client(
              AWSCredentialsProvider credentials,
              DeviceInfo deviceInfo,
              ScheduledExecutorService executor) throws Exception {
        %s
            return client;
          }
        }
        """
            .formatted(blocks("Producer SDK for Java").getFirst()));
  }

  private Class<?> compiled(String source) throws Exception {
    Path file = Files.writeString(folder.resolve("Pasted.java"), source);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                file.toString());
    assertThat(status).isZero();
    URL[] urls = {folder.toUri().toURL()};
    return new URLClassLoader(urls, FromAwsIT.class.getClassLoader()).loadClass("Pasted");
  }
}
