// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.kinesis.PushedStream;
import dev.weir.kinesis.PushedStream.Pushed;
import dev.weir.model.Bytes;
import dev.weir.testing.Media;
import dev.weir.testing.Program;
import dev.weir.testing.TransportPackets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ContainerFormat;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetHlsStreamingSessionUrlRequest;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSPlaybackMode;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.UnsupportedStreamMediaTypeException;

/** HLS sessions of transport streams, opened by the SDK for Java 2 and read by ffmpeg. */
final class HlsSessionIT {

  /** Of 90 kHz, and the nanosecond that is lost on the way. */
  private static final long TICK_NS = 11_112;

  @TempDir static Path folder;
  private static PushedStream streams;

  @BeforeAll
  static void start() {
    streams = new PushedStream(folder);
  }

  @AfterAll
  static void stop() {
    streams.close();
  }

  private static Pushed push(String sample) {
    streams.create(sample, 24);
    return streams.push(sample, sample, PushedStream.ago(20));
  }

  private static String open(
      String stream, Instant from, Consumer<GetHlsStreamingSessionUrlRequest.Builder> more) {
    return streams
        .archived()
        .getHLSStreamingSessionURL(call -> {
          call.streamName(stream)
              .containerFormat(ContainerFormat.MPEG_TS)
              .playbackMode(HLSPlaybackMode.ON_DEMAND)
              .hlsFragmentSelector(selector ->
                  selector
                      .fragmentSelectorType(HLSFragmentSelectorType.PRODUCER_TIMESTAMP)
                      .timestampRange(
                          range -> range.startTimestamp(from).endTimestamp(from.plusSeconds(60))));
          more.accept(call);
        })
        .hlsStreamingSessionURL();
  }

  private static String playlist(String url) {
    String name = PushedStream.uris(streams.text(url)).getFirst();
    return streams.text(URI.create(url).resolve(name).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"h264-aac.mkv", "hevc-aac.mkv", "h264-long-gop.mkv", "aac.mka"})
  void aTransportStreamPlaysWhatWasPushed(String sample) throws IOException {
    Pushed pushed = push(sample);
    String url = open(sample, pushed.start(), call -> {});
    assertThat(streams.text(url)).doesNotContain("#EXT-X-MEDIA:");
    String playlist = playlist(url);
    assertThat(playlist).doesNotContain("#EXT-X-MAP").contains("getTSFragment.ts?");
    Path whole = folder.resolve(sample + ".ts");
    var packets = new TransportPackets();
    for (String name : PushedStream.uris(playlist)) {
      HttpResponse<byte[]> segment =
          streams
              .weir()
              .send(
                  HttpRequest.newBuilder(URI.create(url).resolve(name)),
                  HttpResponse.BodyHandlers.ofByteArray());
      assertThat(segment.headers().firstValue("content-type")).hasValue("video/mp2t");
      packets.read(segment.body());
      Files.write(whole, segment.body(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    packets.assertWellFormed();
    Media source = Media.of(pushed.file().toString());
    Media played = Media.of(url);
    long videoNs = played.video().assertSameAs(source.video(), TICK_NS);
    long audioNs = played.audio().assertSameAs(source.audio(), TICK_NS);
    if (!source.video().frames().isEmpty() && !source.audio().frames().isEmpty()) {
      assertThat(videoNs).isBetween(audioNs - TICK_NS, audioNs + TICK_NS);
    }
    try (Program reader =
        Program.start(
            List.of("ffmpeg", "-v", "warning", "-i", whole.toString(), "-f", "null", "-"))) {
      assertThat(reader.await(60)).isZero();
      assertThat(reader.errors()).as("of all segments one after another").isEmpty();
    }
  }

  @Test
  void segmentsKeepTheirNumbersWhenTheOldestAreDeleted() {
    streams.create("forget", 24);
    Pushed first = streams.push("forget", "h264-aac.mkv", PushedStream.ago(60));
    Pushed second = streams.push("forget", "hevc-aac.mkv", PushedStream.ago(20));
    String url =
        open(
            "forget",
            first.start(),
            call ->
                call.containerFormat(ContainerFormat.FRAGMENTED_MP4)
                    .playbackMode(HLSPlaybackMode.LIVE_REPLAY)
                    .maxMediaPlaylistFragmentResults(100L));
    List<String> before = PushedStream.uris(playlist(url));
    assertThat(playlist(url))
        .contains("#EXT-X-MEDIA-SEQUENCE:0\n", "#EXT-X-DISCONTINUITY-SEQUENCE:0\n");
    forget(first.start(), first.startOf(2).minusMillis(1));
    assertThat(playlist(url))
        .contains("#EXT-X-MEDIA-SEQUENCE:2\n", "#EXT-X-DISCONTINUITY-SEQUENCE:0\n");
    assertThat(PushedStream.uris(playlist(url))).isEqualTo(before.subList(2, before.size()));
    int clusters = first.clusters().size();
    forget(first.start(), second.start().minusSeconds(5));
    assertThat(playlist(url))
        .contains("#EXT-X-MEDIA-SEQUENCE:" + clusters + "\n", "#EXT-X-DISCONTINUITY-SEQUENCE:1\n");
    assertThat(PushedStream.uris(playlist(url))).isEqualTo(before.subList(clusters, before.size()));
    forget(first.start(), first.start().plusSeconds(120));
    assertThat(streams.get(url).statusCode()).isEqualTo(404);
  }

  @Test
  void aSessionReachesNoFragmentThatIsNotOfItsRange() {
    streams.create("bound", 24);
    Pushed pushed = streams.push("bound", "h264-aac.mkv", PushedStream.ago(20));
    String all = open("bound", pushed.start(), call -> {});
    String some = open("bound", pushed.startOf(2).minusMillis(200), call -> {});
    List<String> names = PushedStream.uris(playlist(all));
    List<String> within = PushedStream.uris(playlist(some));
    assertThat(within).hasSize(names.size() - 2);
    assertThat(segment(some, within.getFirst()).statusCode()).isEqualTo(200);
    String token = within.getFirst().replaceFirst(".*(SessionToken=[^&]*).*", "$1");
    String outside = names.getFirst().replaceFirst("SessionToken=[^&]*", token);
    assertThat(segment(some, outside).statusCode()).isEqualTo(404);
  }

  private static HttpResponse<byte[]> segment(String url, String name) {
    return streams
        .weir()
        .send(
            HttpRequest.newBuilder(URI.create(url).resolve(name)),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void forget(Instant from, Instant to) {
    String range = "?from=" + from.toEpochMilli() + "&to=" + to.toEpochMilli();
    String path = "/v1/streams/forget/fragments" + range;
    HttpResponse<String> answer =
        streams.weir().send(HttpRequest.newBuilder(URI.create(streams.weir().url(path))).DELETE());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
  }

  @Test
  void aFrameThatIsNoneOfItsCodecIsRefusedByName() {
    streams.create("broken", 24);
    Source source = Source.of(Path.of("media-samples", "h264-baseline-2997.mkv"));
    List<Frame> group = new ArrayList<>(source.groups().getFirst());
    Frame last = group.removeLast();
    byte[] noUnits = new byte[last.data().size()];
    Arrays.fill(noUnits, (byte) 0x7F);
    group.add(new Frame(last.track(), last.timeMs(), false, Bytes.copyOf(noUnits)));
    Instant start = PushedStream.ago(20);
    streams.put(
        "broken", new ProducerMatroska().header(source.tracks()).cluster(group).bytes(), start);
    String url = open("broken", start, call -> {});
    HttpResponse<byte[]> answer = segment(url, PushedStream.uris(playlist(url)).getFirst());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("x-amzn-errortype"))
        .hasValue("InvalidMediaFrameException");
  }

  @Test
  void whatATransportStreamCantCarryIsRefused() {
    Pushed pushed = push("h264-opus.mkv");
    assertThatThrownBy(() -> open("h264-opus.mkv", pushed.start(), call -> {}))
        .isInstanceOf(UnsupportedStreamMediaTypeException.class);
  }
}
