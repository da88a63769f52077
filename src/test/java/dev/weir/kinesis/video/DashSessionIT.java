// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.kinesis.PushedStream;
import dev.weir.kinesis.PushedStream.Pushed;
import dev.weir.testing.Eventually;
import dev.weir.testing.Manifest;
import dev.weir.testing.Manifest.Segment;
import dev.weir.testing.Media;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.DASHDisplayFragmentNumber;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.DASHDisplayFragmentTimestamp;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.DASHFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.DASHPlaybackMode;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Fragment;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.FragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetDashStreamingSessionUrlRequest;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.NoDataRetentionException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ResourceNotFoundException;

/** DASH sessions, opened by the SDK for Java 2 and read by ffmpeg. */
final class DashSessionIT {

  private static final long TICK_NS = 1_000_000;

  @TempDir static Path folder;
  private static PushedStream streams;
  private static Pushed camera;

  @BeforeAll
  static void push() {
    streams = new PushedStream(folder);
    streams.create("cam", 24);
    camera = streams.push("cam", "h264-aac.mkv", PushedStream.ago(20));
  }

  @AfterAll
  static void stop() {
    streams.close();
  }

  private static String open(
      String stream, Consumer<GetDashStreamingSessionUrlRequest.Builder> call) {
    return streams
        .archived()
        .getDASHStreamingSessionURL(builder -> call.accept(builder.streamName(stream)))
        .dashStreamingSessionURL();
  }

  private static String onDemand(String stream, Instant from) {
    return open(stream, call -> onDemand(call, from));
  }

  private static void onDemand(GetDashStreamingSessionUrlRequest.Builder call, Instant from) {
    call.playbackMode(DASHPlaybackMode.ON_DEMAND)
        .dashFragmentSelector(selector ->
            selector
                .fragmentSelectorType(DASHFragmentSelectorType.PRODUCER_TIMESTAMP)
                .timestampRange(
                    range -> range.startTimestamp(from).endTimestamp(from.plusSeconds(60))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"h264-aac.mkv", "hevc-aac.mkv", "h264-long-gop.mkv", "aac.mka"})
  void aSessionOnDemandPlaysWhatWasPushed(String sample) {
    streams.create(sample, 24);
    Pushed pushed = streams.push(sample, sample, PushedStream.ago(20));
    String url = onDemand(sample, pushed.start());
    assertThat(url).startsWith(streams.weir().url("/dash/v1/getDASHManifest.mpd?SessionToken="));
    Media.of(url).assertSameAs(Media.of(pushed.file().toString()), TICK_NS, TICK_NS);
  }

  private static Manifest manifest(String url) {
    return Manifest.parse(streams.text(url));
  }

  private static HttpResponse<byte[]> part(String url, String name) {
    return streams
        .weir()
        .send(
            HttpRequest.newBuilder(URI.create(url).resolve(name)),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void assertTimesAreThoseOfTheMedia(String url, Manifest manifest) {
    for (int set = 0; set < manifest.adaptationSets(); set++) {
      long end = 0;
      for (Segment segment : manifest.segments(set)) {
        HttpResponse<byte[]> media = part(url, manifest.media(set, segment));
        assertThat(media.statusCode()).isEqualTo(200);
        assertThat(segment.time())
            .isEqualTo(Manifest.decodeTime(media.body()))
            .isGreaterThanOrEqualTo(end);
        end = segment.end();
      }
    }
  }

  @Test
  void aManifestSaysItsMedia() {
    String url = onDemand("cam", camera.start());
    Manifest manifest = manifest(url);
    assertThat(manifest.attribute("type")).isEqualTo("static");
    assertThat(manifest.attribute("mediaPresentationDuration")).startsWith("PT");
    assertThat(manifest.attribute("minimumUpdatePeriod")).isEmpty();
    assertThat(manifest.periods()).isEqualTo(1);
    assertThat(manifest.adaptationSets()).isEqualTo(2);
    assertThat(manifest.representation(0, "codecs")).startsWith("avc1.");
    assertThat(manifest.representation(1, "codecs")).isEqualTo("mp4a.40.2");
    assertThat(manifest.segments(0)).hasSize(camera.clusters().size());
    assertThat(manifest.segments(0).getFirst())
        .isEqualTo(new Segment(1, 10_000, manifest.segments(0).getFirst().duration(), "", ""));
    assertThat(part(url, manifest.initialization(0)).statusCode()).isEqualTo(200);
    assertTimesAreThoseOfTheMedia(url, manifest);
    Segment beyond = new Segment(camera.clusters().size() + 1L, 0, 0, "", "");
    assertThat(part(url, manifest.media(0, beyond)).statusCode()).isEqualTo(404);
  }

  @Test
  void fragmentsSayTheirNumbersAndTimesWhenAsked() {
    String url =
        open(
            "cam",
            call -> {
              onDemand(call, camera.start());
              call.displayFragmentNumber(DASHDisplayFragmentNumber.ALWAYS)
                  .displayFragmentTimestamp(DASHDisplayFragmentTimestamp.ALWAYS)
                  .maxManifestFragmentResults(2L);
            });
    List<Segment> segments = manifest(url).segments(0);
    assertThat(segments).hasSize(2);
    List<Fragment> fragments =
        streams
            .archived()
            .listFragments(call ->
                call.streamName("cam")
                    .fragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(FragmentSelectorType.PRODUCER_TIMESTAMP)
                            .timestampRange(range ->
                                range
                                    .startTimestamp(camera.start())
                                    .endTimestamp(camera.start().plusSeconds(60)))))
            .fragments();
    for (int i = 0; i < segments.size(); i++) {
      assertThat(segments.get(i).fragmentNumber()).isEqualTo(fragments.get(i).fragmentNumber());
      assertThat(new BigDecimal(segments.get(i).timestamp()).movePointRight(3).longValueExact())
          .isEqualTo(camera.startOf(i).toEpochMilli());
    }
  }

  @Test
  void aLiveSessionGoesOnWithWhatComes() {
    streams.create("live", 24);
    Pushed first = streams.push("live", "h264-aac.mkv", PushedStream.ago(30));
    String url = open("live", call -> call.maxManifestFragmentResults(3L));
    Manifest before = manifest(url);
    assertThat(before.attribute("type")).isEqualTo("dynamic");
    assertThat(before.attribute("minimumUpdatePeriod")).isEqualTo("PT1S");
    assertThat(before.segments(0)).hasSize(3).first().extracting(Segment::number).isEqualTo(1L);
    // The newest has just ended by the clock that players go by.
    Instant zero = Instant.parse(before.attribute("availabilityStartTime"));
    assertThat(zero.plusMillis(before.segments(0).getLast().end() - 10_000))
        .isBetween(Instant.now().minusSeconds(20), Instant.now());
    Pushed more = streams.push("live", "h264-aac.mkv", PushedStream.ago(20));
    Manifest after = manifest(url);
    assertThat(after.attribute("availabilityStartTime"))
        .isEqualTo(before.attribute("availabilityStartTime"));
    assertThat(after.segments(0)).hasSize(3);
    assertThat(after.segments(0).getLast().number()).isEqualTo(3L + more.clusters().size());
    assertThat(after.segments(0).getFirst().time() - before.segments(0).getFirst().time())
        .as("as far apart as they were taken")
        .isEqualTo(Duration.between(first.start(), more.start()).toMillis());
    assertTimesAreThoseOfTheMedia(url, after);
    assertTimesAreThoseOfTheMedia(url, before);
  }

  @Test
  void aRangeMayBeByTheServersClock() {
    streams.create("server", 24);
    Instant before = PushedStream.ago(0);
    Pushed pushed = streams.push("server", "h264-aac.mkv", PushedStream.ago(3600));
    String url =
        open(
            "server",
            call ->
                call.playbackMode(DASHPlaybackMode.ON_DEMAND)
                    .displayFragmentTimestamp(DASHDisplayFragmentTimestamp.ALWAYS)
                    .dashFragmentSelector(selector ->
                        selector.timestampRange(
                            range -> range.startTimestamp(before).endTimestamp(Instant.now()))));
    List<Segment> segments = manifest(url).segments(0);
    assertThat(segments).hasSize(pushed.clusters().size());
    for (Segment segment : segments) {
      long ms = new BigDecimal(segment.timestamp()).movePointRight(3).longValueExact();
      assertThat(Instant.ofEpochMilli(ms)).isBetween(before, Instant.now());
    }
    assertThat(Media.of(url).video().hashes())
        .isEqualTo(Media.of(pushed.file().toString()).video().hashes());
  }

  /** Runs an hour apart, of which the earlier came late: a player sees no hole. */
  @Test
  void aRangeLeavesOutWhatWasNotRecorded() {
    streams.create("gap", 24);
    streams.push("gap", "h264-aac.mkv", PushedStream.ago(20));
    Pushed first = streams.push("gap", "h264-aac.mkv", PushedStream.ago(3600));
    String url =
        open(
            "gap",
            call ->
                call.playbackMode(DASHPlaybackMode.ON_DEMAND)
                    .dashFragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(DASHFragmentSelectorType.PRODUCER_TIMESTAMP)
                            .timestampRange(range ->
                                range.startTimestamp(first.start()).endTimestamp(Instant.now()))));
    Manifest manifest = manifest(url);
    assertTimesAreThoseOfTheMedia(url, manifest);
    assertThat(manifest.segments(0)).hasSize(2 * first.clusters().size());
    var twice = new ArrayList<>(Media.of(first.file().toString()).video().hashes());
    twice.addAll(List.copyOf(twice));
    assertThat(Media.of(url).video().hashes()).isEqualTo(twice);
    Segment second = manifest.segments(0).get(first.clusters().size());
    assertThat(second.time() - manifest.segments(0).get(first.clusters().size() - 1).end())
        .isBetween(0L, 100L);
  }

  @Test
  void otherTracksAreAnErrorWhenTheirSegmentIsAskedFor() {
    streams.create("other", 24);
    Pushed first = streams.push("other", "h264-aac.mkv", PushedStream.ago(60));
    streams.push("other", "hevc-aac.mkv", PushedStream.ago(20));
    String url = onDemand("other", first.start());
    Manifest manifest = manifest(url);
    assertThat(manifest.segments(0)).hasSizeGreaterThan(first.clusters().size());
    HttpResponse<byte[]> media =
        part(url, manifest.media(0, manifest.segments(0).get(first.clusters().size())));
    assertThat(media.statusCode()).isEqualTo(400);
    assertThat(media.headers().firstValue("x-amzn-ErrorType"))
        .hasValue("InvalidCodecPrivateDataException");
    assertThat(part(url, manifest.media(0, manifest.segments(0).getFirst())).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aReplayIsPlayedToItsEnd() {
    String url =
        open(
            "cam",
            call -> {
              onDemand(call, camera.start());
              call.playbackMode(DASHPlaybackMode.LIVE_REPLAY).maxManifestFragmentResults(2L);
            });
    Manifest begin = manifest(url);
    assertThat(begin.attribute("type")).isEqualTo("dynamic");
    assertThat(begin.segments(0)).hasSize(2);
    Eventually.holds(
        "the end is shown", () -> !manifest(url).attribute("mediaPresentationDuration").isEmpty());
    Manifest end = manifest(url);
    assertThat(end.segments(0)).hasSize(2);
    assertThat(end.segments(0).getLast().number()).isEqualTo(camera.clusters().size());
    assertThat(end.attribute("minimumUpdatePeriod")).isEmpty();
    assertTimesAreThoseOfTheMedia(url, end);
  }

  @Test
  void ffmpegPlaysALiveSession() {
    streams.create("now", 24);
    Pushed pushed = streams.push("now", "h264-aac.mkv", PushedStream.ago(20));
    Media source = Media.of(pushed.file().toString());
    String url = open("now", call -> call.maxManifestFragmentResults(100L));
    try (var player = Media.packets(url, List.of(), source)) {
      player.assertSamePacketsAs(source);
    }
  }

  @Test
  void ffmpegPlaysAReplayFromItsBegin() {
    Media source = Media.of(camera.file().toString());
    String url =
        open(
            "cam",
            call -> {
              onDemand(call, camera.start());
              call.playbackMode(DASHPlaybackMode.LIVE_REPLAY).maxManifestFragmentResults(3L);
            });
    try (var player = Media.packets(url, List.of(), source)) {
      player.assertSamePacketsAs(source);
    }
  }

  @Test
  void numbersAndTimesStayWhenTheOldestIsDeleted() {
    streams.create("forget", 24);
    Pushed pushed = streams.push("forget", "h264-aac.mkv", PushedStream.ago(20));
    String url = onDemand("forget", pushed.start());
    List<Segment> before = manifest(url).segments(0);
    forget(pushed.start(), pushed.startOf(2).minusMillis(1));
    assertThat(manifest(url).segments(0)).isEqualTo(before.subList(2, before.size()));
    assertTimesAreThoseOfTheMedia(url, manifest(url));
    assertThat(part(url, manifest(url).media(0, before.getFirst())).statusCode()).isEqualTo(404);
    forget(pushed.start(), pushed.start().plusSeconds(60));
    assertThat(streams.get(url).statusCode()).isEqualTo(404);
  }

  @Test
  void whatASessionHasNotIsNotFoundAndWhatMakesNoSenseIsAnArgument() {
    String url = onDemand("cam", camera.start());
    Manifest manifest = manifest(url);
    String media = manifest.media(0, manifest.segments(0).getFirst());
    for (String track : List.of("", "0", "-1", "99999999999", "x")) {
      String name = media.replace("TrackNumber=1", "TrackNumber=" + track);
      assertThat(part(url, name).statusCode()).as(track).isEqualTo(400);
    }
    String third = media.replace("TrackNumber=1", "TrackNumber=3");
    assertThat(part(url, third).statusCode()).isEqualTo(404);
    String none = media.replaceFirst("FragmentNumber=1&", "FragmentNumber=0&");
    assertThat(part(url, none).statusCode()).isEqualTo(404);
  }

  private static void forget(Instant from, Instant to) {
    String range = "?from=" + from.toEpochMilli() + "&to=" + to.toEpochMilli();
    String path = "/v1/streams/forget/fragments" + range;
    HttpResponse<String> answer =
        streams.weir().send(HttpRequest.newBuilder(URI.create(streams.weir().url(path))).DELETE());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
  }

  @Test
  void aSessionOutlivesTheServersProcess() {
    try (var own = new PushedStream(folder.resolve("own"))) {
      own.create("cam", 24);
      own.push("cam", "h264-aac.mkv", PushedStream.ago(20));
      URI url =
          URI.create(
              own.archived()
                  .getDASHStreamingSessionURL(call -> call.streamName("cam"))
                  .dashStreamingSessionURL());
      String path = url.getRawPath() + "?" + url.getRawQuery();
      List<Segment> before = Manifest.parse(own.text(own.weir().url(path))).segments(0);
      own.weir().stop();
      own.weir().start();
      assertThat(Manifest.parse(own.text(own.weir().url(path))).segments(0)).isEqualTo(before);
    }
  }

  @Test
  void whatMakesNoSessionIsRefused() {
    streams.create("empty", 24);
    streams.create("short", 0);
    assertThatThrownBy(() -> open("cam", call -> call.playbackMode(DASHPlaybackMode.ON_DEMAND)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("DASHFragmentSelector.TimestampRange");
    assertThatThrownBy(() -> open("cam", call -> call.maxManifestFragmentResults(5001L)))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> open("cam", call -> call.expires(299)))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> onDemand("cam", Instant.parse("2001-01-01T00:00:00Z")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> open("short", call -> {}))
        .isInstanceOf(NoDataRetentionException.class);
    assertThatThrownBy(() -> open("empty", call -> {}))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> open("nobody", call -> {}))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void nothingIsGivenWithoutItsToken() {
    String url = onDemand("cam", camera.start());
    String path = url.substring(0, url.indexOf('?'));
    String elsewhere =
        url.replace("/dash/v1/getDASHManifest.mpd", "/hls/v1/getHLSMasterPlaylist.m3u8");
    for (String wrong : List.of(path, path + "?SessionToken=none", url + "x", elsewhere)) {
      HttpResponse<String> answer = streams.get(wrong);
      assertThat(answer.statusCode()).isEqualTo(403);
    }
  }
}
