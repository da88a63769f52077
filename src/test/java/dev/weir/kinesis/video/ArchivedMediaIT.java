// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.MediaProducer;
import dev.weir.kinesis.MediaProducer.Outcome;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ClipFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Format;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetHlsStreamingSessionUrlRequest;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetImagesResponse;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSDiscontinuityMode;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSDisplayFragmentTimestamp;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSPlaybackMode;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Image;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ImageError;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ImageSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.NoDataRetentionException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ResourceNotFoundException;

/**
 * What was pushed by PutMedia comes back by GetClip, GetImages and an HLS session, each opened by
 * the SDK for Java 2, read by ffmpeg.
 */
final class ArchivedMediaIT {

  private static final Source BOTH = Source.of(Path.of("media-samples", "h264-aac.mkv"));

  /** Just now, so that the stream is live as well. */
  private static Instant start;

  @TempDir static Path data;
  private static RunningWeir weir;
  private static KinesisVideoArchivedMediaClient archived;
  private static Path pushed;

  @BeforeAll
  static void push() throws IOException {
    start = Instant.ofEpochMilli(Instant.now().minusSeconds(20).toEpochMilli());
    Path folder = Files.createDirectory(data.resolve("data"));
    AccessKey key = AwsClients.key(folder);
    weir = new RunningWeir(folder);
    archived = AwsClients.client(KinesisVideoArchivedMediaClient.builder(), weir, key).build();
    try (var control = AwsClients.control(weir, key)) {
      control.createStream(call -> call.streamName("cam").dataRetentionInHours(24));
      control.createStream(call -> call.streamName("empty").dataRetentionInHours(24));
      control.createStream(call -> call.streamName("short"));
    }
    var document = new ProducerMatroska().header(BOTH.tracks());
    BOTH.groups().forEach(document::cluster);
    pushed = Files.write(data.resolve("pushed.mkv"), document.bytes());
    try (var producer = new MediaProducer(weir, key)) {
      Outcome outcome =
          producer.put(
              MediaProducer.relative("cam", start), new ByteArrayInputStream(document.bytes()));
      assertThat(outcome.failure()).isEmpty();
    }
  }

  @AfterAll
  static void stop() {
    archived.close();
    weir.close();
  }

  private static Instant startOf(int group) {
    return start.plusMillis(BOTH.groups().get(group).getFirst().timeMs());
  }

  private static List<String> hashes(Frames frames) {
    return frames.frames().stream().map(Frames.Frame::hash).toList();
  }

  private static byte[] clip(String stream, Instant from, Instant to) {
    return archived
        .getClip(
            call ->
                call.streamName(stream)
                    .clipFragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(ClipFragmentSelectorType.PRODUCER_TIMESTAMP)
                            .timestampRange(range -> range.startTimestamp(from).endTimestamp(to))),
            ResponseTransformer.toBytes())
        .asByteArray();
  }

  @Test
  void aClipOfEverythingIsWhatWasPushed() throws IOException {
    Path clip = Files.write(data.resolve("all.mp4"), clip("cam", start, start.plusSeconds(60)));
    assertThat(hashes(Frames.video(clip.toString())))
        .isEqualTo(hashes(Frames.video(pushed.toString())));
  }

  @Test
  void aClipIsOfTheFragmentsThatBeginInTheRange() throws IOException {
    Path clip =
        Files.write(data.resolve("two.mp4"), clip("cam", startOf(1), startOf(2).plusMillis(1)));
    long frames =
        BOTH.groups().subList(1, 3).stream()
            .flatMap(List::stream)
            .filter(frame -> frame.track() == 1)
            .count();
    assertThat(Frames.video(clip.toString()).frames()).hasSize(Math.toIntExact(frames));
  }

  @Test
  void aClipOfNothingIsNotFound() {
    assertThatThrownBy(() -> clip("cam", start.minusSeconds(9), start.minusSeconds(5)))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> clip("short", start, start.plusSeconds(5)))
        .isInstanceOf(NoDataRetentionException.class);
    assertThatThrownBy(() -> clip("cam", start, start.plusSeconds(24 * 3600 + 1)))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void picturesAreOfEachInstantOrSayWhyNot() {
    GetImagesResponse first = images(Optional.empty());
    assertThat(first.images()).hasSize(2);
    GetImagesResponse second = images(Optional.of(first.nextToken()));
    assertThat(second.images()).hasSize(2);
    assertThat(second.nextToken()).isNull();
    Instant from = start.minusMillis(1500);
    List<Image> all =
        List.of(
            first.images().get(0),
            first.images().get(1),
            second.images().get(0),
            second.images().get(1));
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).timeStamp()).isEqualTo(from.plusSeconds(i));
    }
    assertThat(all.get(0).error()).isEqualTo(ImageError.NO_MEDIA);
    assertThat(all.get(2).error()).isNull();
    assertThat(Base64.getDecoder().decode(all.get(3).imageContent())).startsWith(0xff, 0xd8);
  }

  @Test
  void aTokenOfPicturesIsOfOneRequest() {
    String token = images(Optional.empty()).nextToken();
    assertThatThrownBy(() -> images(Optional.of(token), 500))
        .isInstanceOf(InvalidArgumentException.class);
    for (String made : List.of("2", "9223372036854775807")) {
      String foreign = Base64.getEncoder().encodeToString(made.getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> images(Optional.of(foreign)))
          .isInstanceOf(InvalidArgumentException.class);
    }
  }

  @Test
  void soundAloneHasNoPictures() {
    weir.put("/v1/streams/sound", "{\"retention\":\"1d\"}");
    assertThat(
            weir.push(
                    "sound",
                    Path.of("media-samples", "aac.mka"),
                    "?timecodes=relative&start=" + start)
                .statusCode())
        .isEqualTo(200);
    GetImagesResponse images =
        archived.getImages(call ->
            call.streamName("sound")
                .imageSelectorType(ImageSelectorType.PRODUCER_TIMESTAMP)
                .startTimestamp(start.minusSeconds(1))
                .endTimestamp(start.plusSeconds(1))
                .samplingInterval(2000)
                .format(Format.JPEG));
    assertThat(images.images().stream().map(Image::error))
        .containsExactly(ImageError.NO_MEDIA, ImageError.MEDIA_ERROR);
  }

  private static GetImagesResponse images(Optional<String> token) {
    return images(token, 1000);
  }

  private static GetImagesResponse images(Optional<String> token, int everyMs) {
    return archived.getImages(call -> {
      token.ifPresent(call::nextToken);
      call.streamName("cam")
          .imageSelectorType(ImageSelectorType.PRODUCER_TIMESTAMP)
          .startTimestamp(start.minusMillis(1500))
          .endTimestamp(start.plusMillis(1500))
          .samplingInterval(everyMs)
          .format(Format.JPEG)
          .maxResults(2L);
    });
  }

  private static String open(Consumer<GetHlsStreamingSessionUrlRequest.Builder> call) {
    return archived
        .getHLSStreamingSessionURL(builder -> call.accept(builder.streamName("cam")))
        .hlsStreamingSessionURL();
  }

  private static String onDemand(Consumer<GetHlsStreamingSessionUrlRequest.Builder> more) {
    return open(call -> {
      call.playbackMode(HLSPlaybackMode.ON_DEMAND)
          .hlsFragmentSelector(selector ->
              selector
                  .fragmentSelectorType(HLSFragmentSelectorType.PRODUCER_TIMESTAMP)
                  .timestampRange(
                      range -> range.startTimestamp(start).endTimestamp(start.plusSeconds(60))));
      more.accept(call);
    });
  }

  @Test
  void aSessionOnDemandPlaysWhatWasPushed() {
    String url = onDemand(call -> {});
    assertThat(url).startsWith(weir.url("/hls/v1/getHLSMasterPlaylist.m3u8?SessionToken="));
    assertThat(hashes(Frames.video(url))).isEqualTo(hashes(Frames.video(pushed.toString())));
    assertThat(hashes(Frames.audioPackets(url)))
        .isEqualTo(hashes(Frames.audioPackets(pushed.toString())));
  }

  /** The playlist of the video of a session. */
  private static String playlist(String url) {
    String master = get(url);
    String name = master.lines().filter(line -> !line.startsWith("#")).findFirst().orElseThrow();
    return get(url.substring(0, url.lastIndexOf('/') + 1) + name);
  }

  private static String get(String url) {
    var answer = weir.send(HttpRequest.newBuilder(URI.create(url)));
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void aPlaylistSaysWhatTheCallAskedFor() {
    assertThat(playlist(onDemand(call -> {})))
        .contains("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-ENDLIST")
        .doesNotContain("#EXT-X-DISCONTINUITY\n", "#EXT-X-PROGRAM-DATE-TIME");
    String asked =
        playlist(
            onDemand(call ->
                call.discontinuityMode(HLSDiscontinuityMode.ALWAYS)
                    .displayFragmentTimestamp(HLSDisplayFragmentTimestamp.ALWAYS)
                    .maxMediaPlaylistFragmentResults(2L)));
    assertThat(asked.lines().filter(line -> line.startsWith("#EXTINF"))).hasSize(2);
    assertThat(asked.lines().filter(line -> line.equals("#EXT-X-DISCONTINUITY"))).hasSize(2);
    assertThat(asked).contains("#EXT-X-PROGRAM-DATE-TIME:" + startOf(1));
  }

  @Test
  void aLiveSessionShowsTheNewestFragments() {
    String live = playlist(open(call -> call.maxMediaPlaylistFragmentResults(3L)));
    assertThat(live.lines().filter(line -> line.startsWith("#EXTINF"))).hasSize(3);
    assertThat(live)
        .contains("#EXT-X-MEDIA-SEQUENCE:" + (BOTH.groups().size() - 3))
        .doesNotContain("#EXT-X-ENDLIST");
  }

  @Test
  void aReplayBeginsAtTheBegin() {
    String replay =
        playlist(
            open(call ->
                call.playbackMode(HLSPlaybackMode.LIVE_REPLAY)
                    .maxMediaPlaylistFragmentResults(1L)
                    .hlsFragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(HLSFragmentSelectorType.PRODUCER_TIMESTAMP)
                            .timestampRange(range -> range.startTimestamp(start)))));
    assertThat(replay).contains("#EXT-X-MEDIA-SEQUENCE:0\n").doesNotContain("#EXT-X-ENDLIST");
  }

  @Test
  void whatMakesNoSessionIsRefused() {
    assertThatThrownBy(() -> open(call -> call.playbackMode(HLSPlaybackMode.ON_DEMAND)))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> open(call -> call.streamName("short")))
        .isInstanceOf(NoDataRetentionException.class);
    assertThatThrownBy(() -> open(call -> call.streamName("empty")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @ParameterizedTest
  @EnumSource(Forgery.class)
  void aTokenThatIsNotThisServersOpensNothing(Forgery forgery) {
    String url = onDemand(call -> {});
    String forged =
        switch (forgery) {
          case NONE -> url.substring(0, url.indexOf('?'));
          case CHANGED -> {
            char last = url.charAt(url.length() - 3);
            yield url.substring(0, url.length() - 3)
                + (last == 'A' ? 'B' : 'A')
                + url.substring(url.length() - 2);
          }
          case SHORT -> url.substring(0, url.indexOf('=') + 5);
        };
    var answer = weir.send(HttpRequest.newBuilder(URI.create(forged)));
    assertThat(answer.statusCode()).isEqualTo(403);
  }

  enum Forgery {
    NONE,
    CHANGED,
    SHORT
  }
}
