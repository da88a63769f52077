// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.kinesisvideo.model.AckEventType.Values;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.MediaProducer;
import dev.weir.kinesis.MediaProducer.Outcome;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.kinesis.PushedStream;
import dev.weir.server.KinesisOptions;
import dev.weir.server.ServerOptions;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.AccountStreamLimitExceededException;
import software.amazon.awssdk.services.kinesisvideo.model.KinesisVideoException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ClientLimitExceededException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ClipFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Format;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.FragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSPlaybackMode;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ImageSelectorType;

/** Amazon's rates hold when they are wanted, each by its error, and are not there otherwise. */
final class RatesIT {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06.007Z");
  private static final Source VIDEO = Source.of(Path.of("media-samples", "h264-baseline-2997.mkv"));

  /** More than any rate lets through before a machine has made so many. */
  private static final int MANY = 1000;

  private static final long NO_LIMIT = Long.MAX_VALUE;
  private static final Rates.Media ANY_MEDIA = Rates.UNLIMITED.pushed();

  @TempDir Path folder;
  private Path data;
  private AccessKey key;
  private RunningWeir weir;
  private KinesisVideoArchivedMediaClient archived;

  @BeforeEach
  void start() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    key = AwsClients.key(Files.createDirectory(folder.resolve("keys")));
    serve(Quotas.GENEROUS);
    weir.put("/v1/streams/cam", "{\"retention\":\"1d\"}");
  }

  private void serve(Quotas quotas) {
    weir =
        new RunningWeir(
            ServerOptions.of(RunningWeir.ANY_PORT, data).with(KinesisOptions.DEFAULT.with(quotas)));
    archived = AwsClients.client(KinesisVideoArchivedMediaClient.builder(), weir, key).build();
  }

  @AfterEach
  void stop() {
    archived.close();
    weir.close();
  }

  private void grant(Rates rates) {
    grant(rates, Integer.MAX_VALUE, 3, 5);
  }

  private void grant(Rates rates, int streams, int readers, int listReaders) {
    stop();
    Quotas rest = Quotas.GENEROUS;
    serve(
        new Quotas(
            rest.clusters(),
            rest.connection(),
            rest.trickle(),
            streams,
            rest.producers(),
            readers,
            listReaders,
            rates,
            rest.clipFragments(),
            rest.clipBytes(),
            rest.imagesNs(),
            rest.session()));
  }

  /** Of media alone. */
  private static Rates media(Rates.Media pushed, Rates.Media read) {
    return rates(pushed, read, NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT);
  }

  private static Rates rates(
      Rates.Media pushed, Rates.Media read, long metadata, long fragments, long lists, long parts) {
    return new Rates(
        Map.of(),
        new Rates.Calls(NO_LIMIT, NO_LIMIT),
        pushed,
        read,
        metadata,
        fragments,
        lists,
        parts);
  }

  private Outcome push() {
    var media = new ProducerMatroska().header(VIDEO.tracks());
    VIDEO.groups().forEach(media::cluster);
    try (var producer = new MediaProducer(weir, key)) {
      return producer.put(
          MediaProducer.relative("cam", START), new ByteArrayInputStream(media.bytes()));
    }
  }

  private HttpResponse<String> call(String path, String body) {
    return weir.send(
        HttpRequest.newBuilder(URI.create(weir.url(path)))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static boolean limited(HttpResponse<String> answer) {
    boolean limited =
        answer
            .headers()
            .firstValue("x-amzn-errortype")
            .orElse("")
            .equals("ClientLimitExceededException");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(limited ? 400 : 200);
    return limited;
  }

  private int callsUntilLimited(String path, String body) {
    for (int made = 0; made < MANY; made++) {
      if (limited(call(path, body))) {
        return made;
      }
    }
    return MANY;
  }

  @Test
  void callsOfAStreamAreFiveASecond() {
    assertThat(callsUntilLimited("/describeStream", "{\"StreamName\":\"cam\"}")).isEqualTo(MANY);
    weir.put("/v1/streams/other", "{\"retention\":\"1d\"}");
    grant(Rates.AWS);
    for (String path : List.of("/describeStream", "/listTagsForStream")) {
      assertThat(callsUntilLimited(path, "{\"StreamName\":\"cam\"}")).isBetween(5, MANY - 1);
      assertThat(limited(call(path, "{\"StreamName\":\"other\"}"))).isFalse();
    }
  }

  @Test
  void callsOfAllStreamsAreFiftyASecond() {
    grant(Rates.AWS);
    assertThat(callsUntilLimited("/listStreams", "{}")).isBetween(50, MANY - 1);
  }

  @Test
  void aClientKnowsTheErrorByName() {
    grant(rates(ANY_MEDIA, ANY_MEDIA, 1, 1, 1, 1));
    push();
    assertThat(listFragments()).isPositive();
    assertThatThrownBy(this::listFragments)
        .isInstanceOfSatisfying(
            ClientLimitExceededException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(400);
              assertThat(e.awsErrorDetails().errorMessage()).contains("fragment metadata");
            });
  }

  private int listFragments() {
    return archived
        .listFragments(call ->
            call.streamName("cam")
                .fragmentSelector(selector ->
                    selector
                        .fragmentSelectorType(FragmentSelectorType.PRODUCER_TIMESTAMP)
                        .timestampRange(range ->
                            range.startTimestamp(START).endTimestamp(START.plusSeconds(60)))))
        .fragments()
        .size();
  }

  @Test
  void clipsAndPicturesShareWhatIsFetchedOfAStream() {
    grant(rates(ANY_MEDIA, ANY_MEDIA, NO_LIMIT, 1, NO_LIMIT, NO_LIMIT));
    List<String> numbers = push().numbers(Values.PERSISTED);
    clip();
    assertThatThrownBy(this::clip).isInstanceOf(ClientLimitExceededException.class);
    assertThatThrownBy(() ->
            archived.getImages(call ->
                call.streamName("cam")
                    .imageSelectorType(ImageSelectorType.PRODUCER_TIMESTAMP)
                    .startTimestamp(START)
                    .endTimestamp(START.plusSeconds(1))
                    .format(Format.JPEG)))
        .isInstanceOf(ClientLimitExceededException.class);
    assertThatThrownBy(() ->
            archived.getMediaForFragmentList(
                call -> call.streamName("cam").fragments(numbers), ResponseTransformer.toBytes()))
        .isInstanceOf(ClientLimitExceededException.class);
  }

  private void clip() {
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
    assertThat(clip).isNotEmpty();
  }

  @Test
  void whatIsPushedTooFastIsReadMoreSlowly() {
    long bytes = VIDEO.frames().stream().mapToLong(each -> each.data().size()).sum();
    // A second's worth is a burst, and as much again takes a second.
    grant(media(new Rates.Media(bytes / 3, NO_LIMIT), ANY_MEDIA));
    long began = System.nanoTime();
    Outcome outcome = push();
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.numbers(Values.PERSISTED)).hasSameSizeAs(VIDEO.groups());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(1));
  }

  @Test
  void fragmentsThatComeTooFastWait() {
    int groups = VIDEO.groups().size();
    assertThat(groups).isGreaterThan(3);
    grant(media(new Rates.Media(NO_LIMIT, 1), ANY_MEDIA));
    long began = System.nanoTime();
    Outcome outcome = push();
    assertThat(outcome.numbers(Values.PERSISTED)).hasSize(groups);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1800));
  }

  @Test
  void whatIsReadTooFastIsSentMoreSlowly() {
    List<String> numbers = push().numbers(Values.PERSISTED);
    grant(media(ANY_MEDIA, new Rates.Media(NO_LIMIT, 1)));
    long began = System.nanoTime();
    byte[] documents =
        archived
            .getMediaForFragmentList(
                call -> call.streamName("cam").fragments(numbers.subList(0, 4)),
                ResponseTransformer.toBytes())
            .asByteArray();
    assertThat(documents).isNotEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1800));
  }

  @Test
  void aStreamIsReadByThreeAtATime() {
    push();
    grant(Rates.UNLIMITED);
    var readers = new ArrayList<WireClient>();
    try {
      for (int i = 0; i < 3; i++) {
        readers.add(getMedia());
        assertThat(readers.getLast().head().status()).isEqualTo(200);
      }
      readers.add(getMedia());
      WireClient.Answer refused = readers.getLast().answer();
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.head().field("x-amzn-errortype"))
          .isEqualTo("ConnectionLimitExceededException");
      // Ended as nothing comes, it makes room.
      readers.getFirst().rest();
      readers.add(getMedia());
      assertThat(readers.getLast().head().status()).isEqualTo(200);
    } finally {
      readers.forEach(WireClient::close);
    }
  }

  private WireClient getMedia() {
    String body = "{\"StreamName\":\"cam\",\"StartSelector\":{\"StartSelectorType\":\"EARLIEST\"}}";
    return new WireClient(weir)
        .sendHead("POST /getMedia HTTP/1.1", "Host: 127.0.0.1", "Content-Length: " + body.length())
        .send(body);
  }

  @Test
  void listsOfFragmentsAreReadBySoManyAtATime() {
    List<String> numbers = push().numbers(Values.PERSISTED);
    grant(Rates.UNLIMITED, Integer.MAX_VALUE, 3, 0);
    assertThatThrownBy(() ->
            archived.getMediaForFragmentList(
                call -> call.streamName("cam").fragments(numbers), ResponseTransformer.toBytes()))
        .isInstanceOf(ClientLimitExceededException.class);
  }

  @Test
  void aSessionFetchesItsListsFiveTimesASecondAndItsSegmentsTwenty() {
    push();
    grant(Rates.AWS);
    String master = session();
    String folder = master.substring(0, master.lastIndexOf('/') + 1);
    assertThat(fetchesUntilLimited(master)).isBetween(5, MANY - 1);
    String media = folder + PushedStream.uris(text(session())).getFirst();
    String segment = folder + PushedStream.uris(text(media)).getFirst();
    assertThat(fetchesUntilLimited(segment)).isBetween(20, MANY - 1);
    // Another session has rates of its own.
    assertThat(limited(weir.send(HttpRequest.newBuilder(URI.create(session()))))).isFalse();
  }

  private String session() {
    return archived
        .getHLSStreamingSessionURL(call ->
            call.streamName("cam")
                .playbackMode(HLSPlaybackMode.ON_DEMAND)
                .hlsFragmentSelector(selector ->
                    selector
                        .fragmentSelectorType("PRODUCER_TIMESTAMP")
                        .timestampRange(range ->
                            range.startTimestamp(START).endTimestamp(START.plusSeconds(60)))))
        .hlsStreamingSessionURL();
  }

  private String text(String url) {
    return weir.send(HttpRequest.newBuilder(URI.create(url))).body();
  }

  private int fetchesUntilLimited(String url) {
    for (int made = 0; made < MANY; made++) {
      if (limited(weir.send(HttpRequest.newBuilder(URI.create(url))))) {
        return made;
      }
    }
    return MANY;
  }

  @Test
  void anAccountHasSoManyStreams() {
    grant(Rates.UNLIMITED, 2, 3, 5);
    try (KinesisVideoClient control = AwsClients.control(weir, key)) {
      control.createStream(call -> call.streamName("second"));
      assertThatThrownBy(() -> control.createStream(call -> call.streamName("third")))
          .isInstanceOfSatisfying(
              KinesisVideoException.class,
              e -> {
                assertThat(e).isInstanceOf(AccountStreamLimitExceededException.class);
                assertThat(e.statusCode()).isEqualTo(400);
              });
    }
    assertThat(Quotas.AWS.streams()).isEqualTo(10_000);
  }
}
