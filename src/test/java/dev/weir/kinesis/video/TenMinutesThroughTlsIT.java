// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.kinesisvideo.model.AckEventType.Values;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.MediaProducer;
import dev.weir.kinesis.MediaProducer.Outcome;
import dev.weir.kinesis.PacedMedia;
import dev.weir.kinesis.ParsedMedia;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.server.ServerOptions;
import dev.weir.testing.Certificate;
import dev.weir.testing.Frames;
import dev.weir.testing.Nginx;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.APIName;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ClipFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSPlaybackMode;
import software.amazon.awssdk.services.kinesisvideomedia.KinesisVideoMediaClient;
import software.amazon.awssdk.services.kinesisvideomedia.model.StartSelectorType;

/**
 * Ten minutes of H.264 and AAC by the SDK for Java 1, ten times as fast as they were recorded,
 * through nginx with TLS: what comes back, by whatever way, is what went in.
 */
final class TenMinutesThroughTlsIT {

  private static final Source SAMPLE = Source.of(Path.of("media-samples", "h264-aac.mkv"));
  private static final Instant START = Instant.parse("2026-02-03T04:05:06.007Z");
  private static final Instant END = START.plusSeconds(900);
  private static final long TEN_MINUTES_MS = 600_000;
  private static final int TIMES_AS_FAST = 10;
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";
  private static final String TRUST_STORE_PASSWORD = "javax.net.ssl.trustStorePassword";

  @TempDir Path folder;
  private Certificate certificate;
  private AccessKey key;
  private Nginx nginx;
  private RunningWeir weir;

  @BeforeEach
  void start() throws IOException {
    certificate = Certificate.create(folder);
    Path data = Files.createDirectory(folder.resolve("data"));
    key = AwsClients.key(data);
    nginx = new Nginx(Files.createDirectory(folder.resolve("nginx")), Optional.of(certificate));
    weir = new RunningWeir(ServerOptions.of(RunningWeir.ANY_PORT, data).reachedUnder(nginx.url()));
    nginx.start(weir);
    // The SDK for Java 1 can't be told whom to believe in another way.
    System.setProperty(TRUST_STORE, certificate.store().toString());
    System.setProperty(TRUST_STORE_PASSWORD, Certificate.PASSWORD);
  }

  @AfterEach
  void stop() {
    System.clearProperty(TRUST_STORE);
    System.clearProperty(TRUST_STORE_PASSWORD);
    nginx.close();
    weir.close();
  }

  private SdkHttpClient.Builder<?> http() {
    return UrlConnectionHttpClient.builder().tlsTrustManagersProvider(certificate::trust);
  }

  /** The sample over and over, for ten minutes. */
  private static List<List<Frame>> groups() {
    long periodMs = 20 + SAMPLE.frames().stream().mapToLong(Frame::timeMs).max().orElseThrow();
    var groups = new ArrayList<List<Frame>>();
    for (long beganMs = 0; beganMs < TEN_MINUTES_MS; beganMs += periodMs) {
      long zeroMs = START.toEpochMilli() + beganMs;
      for (List<Frame> group : SAMPLE.groups()) {
        groups.add(group.stream().map(each -> each.at(zeroMs + each.timeMs())).toList());
      }
    }
    return groups;
  }

  @Test
  void whatWentInComesBack() throws IOException {
    URI endpoint;
    try (var control =
        AwsClients.client(KinesisVideoClient.builder(), URI.create(nginx.url()), key, http())
            .build()) {
      control.createStream(call -> call.streamName("cam").dataRetentionInHours(24));
      endpoint =
          URI.create(
              control
                  .getDataEndpoint(call -> call.streamName("cam").apiName(APIName.PUT_MEDIA))
                  .dataEndpoint());
    }
    assertThat(endpoint).hasToString(nginx.url());
    List<List<Frame>> groups = groups();
    List<byte[]> pieces = pieces(groups);
    Path pushed = folder.resolve("pushed.mkv");
    try (OutputStream out = Files.newOutputStream(pushed)) {
      for (byte[] piece : pieces) {
        out.write(piece);
      }
    }
    push(endpoint, pieces, groups.size());
    Frames video = Frames.videoPackets(pushed.toString());
    Frames audio = Frames.audioPackets(pushed.toString());
    assertThat(video.frames().size() + audio.frames().size())
        .isEqualTo(groups.stream().mapToInt(List::size).sum());

    try (var archived =
            AwsClients.client(KinesisVideoArchivedMediaClient.builder(), endpoint, key, http())
                .build();
        var media =
            AwsClients.client(KinesisVideoMediaClient.builder(), endpoint, key, http()).build()) {
      Path clip = folder.resolve("clip.mp4");
      Files.write(clip, clip(archived));
      Frames.video(clip.toString()).assertSameHashesAs(Frames.video(pushed.toString()));
      Frames.audioPackets(clip.toString()).assertSameHashesAs(audio);

      String session = session(archived);
      assertThat(session).startsWith(nginx.url() + "/");
      Frames.videoPackets(session).assertSameHashesAs(video);
      Frames.audioPackets(session).assertSameHashesAs(audio);

      assertThat(ParsedMedia.of(read(media)).framesByFragment().values())
          .containsExactlyElementsOf(
              groups.stream().map(group -> group.stream().map(Frame::data).toList()).toList());
    }
  }

  private static List<byte[]> pieces(List<List<Frame>> groups) {
    var document = new ProducerMatroska().header(SAMPLE.tracks());
    var pieces = new ArrayList<byte[]>();
    for (List<Frame> group : groups) {
      pieces.add(document.cluster(group).take());
    }
    return pieces;
  }

  private void push(URI endpoint, List<byte[]> pieces, int fragments) {
    Duration every = Duration.ofMillis(TEN_MINUTES_MS / TIMES_AS_FAST / fragments);
    try (var producer = new MediaProducer(endpoint, key)) {
      Outcome outcome =
          producer
              .begin(MediaProducer.absolute("cam"), new PacedMedia(pieces, every))
              .orTimeout(180, TimeUnit.SECONDS)
              .join();
      assertThat(outcome.failure()).isEmpty();
      for (Values each : List.of(Values.BUFFERING, Values.RECEIVED, Values.PERSISTED)) {
        assertThat(outcome.numbers(each)).hasSize(fragments).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  private static byte[] clip(KinesisVideoArchivedMediaClient archived) {
    return archived
        .getClip(
            call ->
                call.streamName("cam")
                    .clipFragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(ClipFragmentSelectorType.PRODUCER_TIMESTAMP)
                            .timestampRange(
                                range -> range.startTimestamp(START).endTimestamp(END))),
            ResponseTransformer.toBytes())
        .asByteArray();
  }

  private static String session(KinesisVideoArchivedMediaClient archived) {
    return archived
        .getHLSStreamingSessionURL(call ->
            call.streamName("cam")
                .playbackMode(HLSPlaybackMode.ON_DEMAND)
                .maxMediaPlaylistFragmentResults(5000L)
                .hlsFragmentSelector(selector ->
                    selector
                        .fragmentSelectorType(HLSFragmentSelectorType.PRODUCER_TIMESTAMP)
                        .timestampRange(range -> range.startTimestamp(START).endTimestamp(END))))
        .hlsStreamingSessionURL();
  }

  private static byte[] read(KinesisVideoMediaClient media) {
    return media
        .getMedia(
            call ->
                call.streamName("cam")
                    .startSelector(from -> from.startSelectorType(StartSelectorType.EARLIEST)),
            ResponseTransformer.toBytes())
        .asByteArray();
  }
}
