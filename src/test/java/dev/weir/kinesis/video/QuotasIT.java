// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.kinesisvideo.model.AckEvent;
import com.amazonaws.services.kinesisvideo.model.AckEventType.Values;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.MediaProducer;
import dev.weir.kinesis.MediaProducer.Outcome;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.model.Track;
import dev.weir.server.KinesisOptions;
import dev.weir.server.ServerOptions;
import dev.weir.testing.CommandRun;
import dev.weir.testing.Eventually;
import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ClipFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Format;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetImagesResponse;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ImageSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.InvalidArgumentException;

/** What Amazon limits is limited when that is wanted, and is not when nothing is said. */
final class QuotasIT {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06.007Z");
  private static final Path SAMPLES = Path.of("media-samples");
  private static final Source VIDEO = Source.of(SAMPLES.resolve("h264-baseline-2997.mkv"));
  private static final Source BOTH = Source.of(SAMPLES.resolve("h264-aac.mkv"));

  @TempDir Path folder;
  private Path data;
  private AccessKey key;
  private RunningWeir weir;
  private KinesisVideoArchivedMediaClient archived;

  @BeforeEach
  void start() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    // The server asks for none; clients want to sign.
    key = AwsClients.key(Files.createDirectory(folder.resolve("keys")));
    start(Quotas.GENEROUS);
  }

  private void start(Quotas quotas) {
    weir =
        new RunningWeir(
            ServerOptions.of(RunningWeir.ANY_PORT, data).with(KinesisOptions.DEFAULT.with(quotas)));
    archived = AwsClients.client(KinesisVideoArchivedMediaClient.builder(), weir, key).build();
    weir.put("/v1/streams/cam", "{\"retention\":\"1d\"}");
  }

  private void grant(Quotas quotas) {
    stop();
    start(quotas);
  }

  private void limited(boolean aws) {
    if (aws) {
      grant(lasting(Quotas.AWS.connection(), Quotas.AWS.clipBytes()));
    }
  }

  @AfterEach
  void stop() {
    archived.close();
    weir.close();
  }

  private Outcome push(ProducerMatroska media) {
    try (var producer = new MediaProducer(weir, key)) {
      return producer.put(
          MediaProducer.relative("cam", START), new ByteArrayInputStream(media.bytes()));
    }
  }

  private int framesOfAClip() throws IOException {
    byte[] clip =
        archived
            .getClip(
                call ->
                    call.streamName("cam")
                        .clipFragmentSelector(selector ->
                            selector
                                .fragmentSelectorType(ClipFragmentSelectorType.PRODUCER_TIMESTAMP)
                                .timestampRange(range ->
                                    range
                                        .startTimestamp(START)
                                        .endTimestamp(START.plusSeconds(60)))),
                ResponseTransformer.toBytes())
            .asByteArray();
    Path file = Files.write(folder.resolve("clip.mp4"), clip);
    return Frames.videoPackets(file.toString()).frames().size();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClipEndsAfterTwoHundredFragments(boolean aws) throws IOException {
    var media = new ProducerMatroska().header(VIDEO.tracks());
    VIDEO.frames().forEach(frame -> media.cluster(List.of(frame)));
    assertThat(push(media).numbers(Values.PERSISTED)).hasSize(VIDEO.frames().size());
    assertThat(VIDEO.frames()).hasSizeGreaterThan(200);
    limited(aws);
    assertThat(framesOfAClip()).isEqualTo(aws ? 200 : VIDEO.frames().size());
  }

  @Test
  void aClipEndsBeforeTheFragmentThatIsTooMuch() throws IOException {
    List<List<Frame>> groups = VIDEO.groups();
    long twoAndAHalf =
        groups.subList(0, 2).stream()
                .flatMap(List::stream)
                .mapToLong(each -> each.data().size())
                .sum()
            + groups.get(2).getFirst().data().size();
    grant(lasting(Quotas.AWS.connection(), twoAndAHalf));
    var media = new ProducerMatroska().header(VIDEO.tracks());
    groups.forEach(media::cluster);
    push(media);
    assertThat(framesOfAClip()).isEqualTo(groups.get(0).size() + groups.get(1).size());
  }

  /** Amazon's, but for these two, and as often as one likes. */
  private static Quotas lasting(Duration connection, long clipBytes) {
    Quotas aws = Quotas.AWS;
    return new Quotas(
        aws.clusters(),
        connection,
        aws.trickle(),
        aws.streams(),
        aws.producers(),
        aws.readers(),
        aws.listReaders(),
        Rates.UNLIMITED,
        aws.clipFragments(),
        clipBytes,
        aws.imagesNs(),
        aws.session());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void picturesAreOfThreeHundredSeconds(boolean aws) {
    limited(aws);
    assertThat(pictures(300).images()).isNotEmpty();
    if (aws) {
      assertThatThrownBy(() -> pictures(301)).isInstanceOf(InvalidArgumentException.class);
    } else {
      assertThat(pictures(3600).images()).isNotEmpty();
    }
  }

  private GetImagesResponse pictures(int seconds) {
    return archived.getImages(call ->
        call.streamName("cam")
            .imageSelectorType(ImageSelectorType.PRODUCER_TIMESTAMP)
            .startTimestamp(START)
            .endTimestamp(START.plusSeconds(seconds))
            .samplingInterval(60_000)
            .format(Format.JPEG));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamTakesFiveProducersAtATime(boolean aws) {
    limited(aws);
    var clients = new ArrayList<WireClient>();
    try {
      for (int i = 0; i < 5; i++) {
        clients.add(call());
        assertThat(clients.getLast().head().status()).isEqualTo(200);
      }
      clients.add(call());
      if (!aws) {
        assertThat(clients.getLast().head().status()).isEqualTo(200);
        return;
      }
      WireClient.Answer refused = clients.getLast().answer();
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.head().field("x-amzn-errortype"))
          .isEqualTo("ConnectionLimitExceededException");
      clients.getFirst().send("0\r\n\r\n").rest();
      clients.add(call());
      assertThat(clients.getLast().head().status()).isEqualTo(200);
    } finally {
      clients.forEach(WireClient::close);
    }
  }

  private WireClient call() {
    return new WireClient(weir)
        .sendHead(
            "POST /putMedia HTTP/1.1",
            "Host: 127.0.0.1",
            "x-amzn-stream-name: cam",
            "x-amzn-fragment-timecode-type: ABSOLUTE",
            "Transfer-Encoding: chunked");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHeaderDeclaresThreeTracks(boolean aws) {
    limited(aws);
    Track sound = BOTH.tracks().get(1);
    var tracks = new ArrayList<>(BOTH.tracks());
    var frames = new ArrayList<>(BOTH.groups().getFirst());
    for (int more = 2; more < 4; more++) {
      tracks.add(new Track(more, sound.timescale(), sound.language(), sound.codec()));
      int number = more + 1;
      BOTH.groups().getFirst().stream()
          .filter(each -> each.track() == 2)
          .map(each -> each.onTrack(number))
          .forEach(frames::add);
    }
    Outcome outcome = push(new ProducerMatroska().header(tracks).cluster(frames));
    if (aws) {
      AckEvent last = outcome.acks().getLast();
      assertThat(last.getErrorId()).isEqualTo(4012);
      assertThat(last.getErrorCode().getRawValue()).isEqualTo("MORE_THAN_ALLOWED_TRACKS_FOUND");
    } else {
      assertThat(outcome.numbers(Values.PERSISTED)).hasSize(1);
    }
  }

  /** Of 45 minutes, and here of a moment. */
  @Test
  void aCallEndsWhenItHasLastedTooLong() {
    assertThat(Quotas.AWS.connection()).isEqualTo(Duration.ofMinutes(45));
    grant(lasting(Duration.ofMillis(500), Quotas.AWS.clipBytes()));
    try (WireClient client = call()) {
      assertThat(client.head().status()).isEqualTo(200);
      var media = new ProducerMatroska().header(VIDEO.tracks()).cluster(VIDEO.groups().get(0));
      send(client, media.endOfFragment());
      long began = System.nanoTime();
      Eventually.holds("it has lasted long enough", () -> System.nanoTime() - began > 600_000_000L);
      send(client, media.cluster(VIDEO.groups().get(1)));
      String lines = new String(client.rest(), StandardCharsets.UTF_8);
      assertThat(lines)
          .contains("PERSISTED", "\"ErrorCode\":\"MAX_CONNECTION_DURATION_REACHED\"")
          .contains("\"ErrorId\":4003")
          .endsWith("\r\n0\r\n\r\n");
    }
    assertThat(weir.json("/v1/streams/cam/fragments").path("items")).hasSize(1);
  }

  @Test
  void whatIsNoNameOfQuotasIsAWrongUse() {
    CommandRun run =
        CommandRun.of(
            "serve", "--data", folder.resolve("other").toString(), "--kvs-quotas", "some");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.errors()).contains("--kvs-quotas wants generous or aws, found some");
  }

  private static void send(WireClient client, ProducerMatroska media) {
    byte[] bytes = media.take();
    client.sendChunk(bytes, 0, bytes.length);
  }
}
