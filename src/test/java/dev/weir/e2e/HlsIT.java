// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Frames;
import dev.weir.testing.Playlist;
import dev.weir.testing.PlaylistMemory;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What playlists say where recordings break: gaps, restarts, codec and size changes. */
final class HlsIT {

  private static final Path H264 = Path.of("media-samples/h264-aac.mkv");
  private static final Path HEVC = Path.of("media-samples/hevc-aac.mkv");
  private static final Path LARGER = Path.of("media-samples/h264-720p.mkv");
  private static final String RANGE = "?from=0&to=2040-01-01T00:00:00Z";
  private static final long TICK_NS = 1_000_000;

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private void push(Path file, String query) {
    HttpResponse<String> answer = weir.push("cam", file, query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private Playlist playlist(String name, String query) {
    HttpResponse<String> answer = weir.get("/v1/streams/cam/hls/" + name + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Playlist playlist = Playlist.parse(answer.body());
    playlist.assertSound();
    return playlist;
  }

  /** The frames behind one init segment: its media segments, one after the other. */
  private Frames frames(Playlist playlist, String map) throws IOException {
    Path file = Files.createTempFile(folder, "joined", ".mp4");
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(weir.bytes("/v1/streams/cam/hls/" + map));
    playlist.of(map).stream()
        .filter(each -> !each.gap())
        .forEach(each -> bytes.writeBytes(weir.bytes("/v1/streams/cam/hls/" + each.uri())));
    Files.write(file, bytes.toByteArray());
    return Frames.video(file.toString());
  }

  private void assertPieces(Playlist playlist, Path... sources) throws IOException {
    assertThat(playlist.maps()).hasSize(sources.length);
    for (int i = 0; i < sources.length; i++) {
      frames(playlist, playlist.maps().get(i))
          .assertSameAs(Frames.video(sources[i].toString()), TICK_NS);
    }
  }

  @Test
  void aGapIsADiscontinuityAndTheDateGoesOnAfterIt() throws IOException {
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    push(H264, "?timecodes=relative&start=2026-01-01T00:01:00Z");
    Playlist video = playlist("video.m3u8", RANGE);
    assertPieces(video, H264, H264);
    Playlist.Entry second = video.of(video.maps().get(1)).getFirst();
    assertThat(second.discontinuity()).isEqualTo(video.discontinuitySequence() + 1);
    assertThat(second.time()).contains(Instant.parse("2026-01-01T00:01:00.021Z"));
    assertThat(weir.get("/v1/streams/cam/timeline").body())
        .contains("\"gaps\":[{\"from\":\"2026-01-01T00:00:08.021Z\"")
        .contains("\"reason\":\"source\"");
  }

  @Test
  void anAudioPlaylistBreaksWhereTheVideoPlaylistBreaks() {
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    push(HEVC, "?timecodes=relative&start=2026-01-01T00:01:00Z");
    List<Long> video = discontinuities(playlist("video.m3u8", RANGE));
    assertThat(discontinuities(playlist("audio.m3u8", RANGE))).isEqualTo(video);
  }

  private static List<Long> discontinuities(Playlist playlist) {
    return playlist.entries().stream().map(Playlist.Entry::discontinuity).toList();
  }

  @Test
  void h264ThenHevcAreTwoPiecesWithTheirOwnInitSegments() throws IOException {
    push(H264, "");
    push(HEVC, "");
    assertPieces(playlist("video.m3u8", RANGE), H264, HEVC);
    assertPieces(playlist("video.m3u8", "?window=1h"), H264, HEVC);
  }

  @Test
  void aChangeOfPictureSizeIsTwoPieces() throws IOException {
    push(H264, "");
    push(LARGER, "");
    Playlist video = playlist("video.m3u8", RANGE);
    assertPieces(video, H264, LARGER);
    // The smaller size has sound and the larger has none: its place in the audio playlist stays.
    Playlist audio = playlist("audio.m3u8", RANGE);
    assertThat(audio.entries()).hasSameSizeAs(video.entries());
    assertThat(audio.entries().getLast().gap()).isTrue();
  }

  @Test
  void aRestartInMidStreamKeepsTheNumbersAndLosesNothingThatWasWhole() throws IOException {
    byte[] source = Files.readAllBytes(H264);
    Path head = Files.write(folder.resolve("head.mkv"), Arrays.copyOf(source, source.length / 2));
    push(head, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    Playlist before = playlist("video.m3u8", "?window=1h");
    weir.stop();
    weir.start();
    assertThat(playlist("video.m3u8", "?window=1h")).isEqualTo(before);
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:30Z");
    Playlist after = playlist("video.m3u8", "?window=1h");
    assertThat(after.entries().subList(0, before.entries().size())).isEqualTo(before.entries());
    Playlist.Entry next = after.entries().get(before.entries().size());
    assertThat(next.discontinuity()).isEqualTo(before.entries().getLast().discontinuity() + 1);
    Frames whole = Frames.video(H264.toString());
    Frames kept = frames(after, after.maps().getFirst());
    kept.assertSameAs(new Frames(whole.frames().subList(0, kept.frames().size())), TICK_NS);
    frames(after, after.maps().getLast()).assertSameAs(whole, TICK_NS);
  }

  @Test
  void aSecondProducerInTheSameTimeStaysOutOfTheLiveEdge() throws IOException {
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    push(HEVC, "?timecodes=relative&start=2026-01-01T00:00:02Z");
    Playlist live = playlist("video.m3u8", "?window=1h");
    assertPieces(live, H264);
    assertThat(live.entries().stream().map(Playlist.Entry::sequence).toList())
        .isEqualTo(List.of(0L, 1L, 2L, 3L));
    // Both are there to be asked for.
    assertThat(weir.get("/v1/streams/cam/fragments").body()).contains("hvc1").contains("avc1");
  }

  @Test
  void aPartOfTheRangeGivesTheFragmentsThatMeetIt() {
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    Playlist part = playlist("video.m3u8", "?from=2026-01-01T00:00:03Z&to=2026-01-01T00:00:05Z");
    assertThat(part.ended()).isTrue();
    assertThat(part.entries().stream().map(each -> each.time().orElseThrow()).toList())
        .containsExactly(
            Instant.parse("2026-01-01T00:00:02.021Z"), Instant.parse("2026-01-01T00:00:04.021Z"));
  }

  @Test
  void aRangeWithNothingInItIsNotFound() {
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    HttpResponse<String> answer =
        weir.get("/v1/streams/cam/hls/index.m3u8?from=2026-02-01T00:00:00Z");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("not-found");
  }

  @Test
  void theMultivariantPlaylistSaysWhatIsInTheStream() {
    push(H264, "");
    String text = weir.get("/v1/streams/cam/hls/index.m3u8" + RANGE).body();
    assertThat(text)
        .contains("CODECS=\"avc1.640015,mp4a.40.2\"")
        .contains("RESOLUTION=480x270")
        .contains("FRAME-RATE=25.000")
        .containsPattern("BANDWIDTH=[1-9][0-9]{4,}")
        .contains("TYPE=AUDIO");
  }

  private String multivariant(String query) {
    HttpResponse<String> answer = weir.get("/v1/streams/cam/hls/index.m3u8" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void theMultivariantPlaylistNamesEveryCodecOfTheRange() {
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    push(HEVC, "?timecodes=relative&start=2026-01-01T00:00:10Z");
    String both = "CODECS=\"avc1.640015,hvc1.1.6.L63.90,mp4a.40.2\"";
    assertThat(multivariant(RANGE)).contains(both);
    assertThat(multivariant("?window=1h")).contains(both);
    assertThat(multivariant("?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:06Z"))
        .contains("CODECS=\"avc1.640015,mp4a.40.2\"");
  }

  @Test
  void picturesAndSoundAreThereWhereverOneRunHasThem() {
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    push(Path.of("media-samples/aac.mka"), "?timecodes=relative&start=2026-01-01T00:00:10Z");
    push(LARGER, "?timecodes=relative&start=2026-01-01T00:00:30Z");
    for (String from : List.of("00:00:00", "00:00:12")) {
      String text = multivariant("?from=2026-01-01T" + from + "Z&to=2026-01-01T00:00:33Z");
      assertThat(text).contains("video.m3u8").contains("TYPE=AUDIO").contains("AUDIO=\"audio\"");
      assertThat(text).contains("RESOLUTION=1280x720");
    }
  }

  @Test
  void theResolutionIsThatOfPicturesAsTheyAreTurned() {
    Path upright = folder.resolve("upright.mp4");
    var _ =
        Program.run(
            Loader.load(ffmpeg.class),
            "-v",
            "error",
            "-display_rotation",
            "90",
            "-i",
            H264.toString(),
            "-c",
            "copy",
            "-movflags",
            "frag_keyframe+empty_moov",
            upright.toString());
    push(upright, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    assertThat(multivariant(RANGE)).contains("RESOLUTION=270x480");
  }

  @Test
  void theBandwidthIsThatOfTheDensestSegmentAndTheResolutionTheLargest() {
    push(LARGER, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    push(
        Path.of("media-samples/h264-baseline-2997.mkv"),
        "?timecodes=relative&start=2026-01-01T00:00:10Z");
    String text = multivariant(RANGE);
    Matcher bandwidth = Pattern.compile(":BANDWIDTH=([0-9]+)").matcher(text);
    assertThat(bandwidth.find()).isTrue();
    long densest = 0;
    for (Playlist.Entry entry : playlist("video.m3u8", RANGE).entries()) {
      long bits = 8L * weir.bytes("/v1/streams/cam/hls/" + entry.uri()).length;
      densest = Math.max(densest, (long) (bits / entry.seconds()));
    }
    // Headers of segments and records differ a little.
    assertThat(Long.parseLong(bandwidth.group(1))).isBetween(densest * 95 / 100, densest * 11 / 10);
    assertThat(text).contains("RESOLUTION=1280x720");
  }

  @Test
  void aRangeThatGrowsNeverGivesANumberToAnotherSegment() {
    weir.put("/v1/streams/cam", "{\"targetDuration\":\"2s\"}");
    String open = "?from=2026-01-01T00:00:00Z";
    push(H264, "?timecodes=relative&start=2026-01-01T00:01:00Z");
    List<String> before = Playlist.named(multivariant(open));
    Map<String, PlaylistMemory> memories = new LinkedHashMap<>();
    before.forEach(each -> memories.put(each, new PlaylistMemory()));
    look(memories);
    // Filled in before all that is listed: for those who ask anew.
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    look(memories);
    List<String> filled = Playlist.named(multivariant(open));
    filled.forEach(each -> memories.put(each, new PlaylistMemory()));
    look(memories);
    Playlist all = playlist(filled.getLast(), "");
    assertThat(all.entries().getFirst().time()).contains(Instant.parse("2026-01-01T00:00:00.021Z"));
    assertThat(all.entries()).hasSize(8);
    // The live edge goes on: at the end of both.
    push(HEVC, "?timecodes=relative&start=2026-01-01T00:02:00Z");
    look(memories);
    assertThat(playlist(before.getLast(), "").entries()).hasSize(9);
    assertThat(playlist(filled.getLast(), "").entries()).hasSize(13);
    // The head goes, then all that was there at first.
    for (String until : List.of("00:00:04", "00:00:30", "00:01:04", "00:01:30")) {
      assertThat(
              weir.delete(
                      "/v1/streams/cam/fragments?from=2026-01-01T00:00:00Z&to=2026-01-01T"
                          + until
                          + "Z")
                  .statusCode())
          .isEqualTo(204);
      look(memories);
    }
    assertThat(playlist(filled.getLast(), "").mediaSequence()).isEqualTo(8);
    assertThat(playlist(filled.getLast(), "").discontinuitySequence()).isEqualTo(2);
    assertThat(playlist(before.getLast(), "").mediaSequence()).isEqualTo(4);
  }

  @Test
  void whatIsDeletedInTheMiddleLeavesGapsAndTheNumbersOfTheRest() {
    weir.put("/v1/streams/cam", "{\"targetDuration\":\"2s\"}");
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    push(HEVC, "?timecodes=relative&start=2026-01-01T00:00:10Z");
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:20Z");
    var lists = new ArrayList<>(Playlist.named(multivariant("?from=2026-01-01T00:00:00Z")));
    lists.add("video.m3u8?window=1h");
    List<Playlist> before = lists.stream().map(each -> playlist(each, "")).toList();
    // Two fragments of a run, then all of it.
    for (String range :
        List.of(
            "from=2026-01-01T00:00:12.500Z&to=2026-01-01T00:00:14Z",
            "from=2026-01-01T00:00:09Z&to=2026-01-01T00:00:19Z")) {
      assertThat(weir.delete("/v1/streams/cam/fragments?" + range).statusCode()).isEqualTo(204);
      for (int i = 0; i < lists.size(); i++) {
        assertRestKeepsItsNumbers(before.get(i), playlist(lists.get(i), ""));
      }
    }
    assertThat(playlist(lists.getFirst(), "").entries().stream().filter(each -> !each.gap()))
        .hasSize(8);
  }

  private static void assertRestKeepsItsNumbers(Playlist before, Playlist after) {
    assertThat(after.mediaSequence()).isEqualTo(before.mediaSequence());
    assertThat(after.entries()).hasSameSizeAs(before.entries());
    for (int i = 0; i < after.entries().size(); i++) {
      Playlist.Entry entry = after.entries().get(i);
      if (!entry.gap()) {
        assertThat(entry).isEqualTo(before.entries().get(i));
      }
    }
  }

  @Test
  void byTheServersClockMediaThatWasFilledInIsThereToo() {
    push(H264, "?timecodes=relative&start=2026-01-01T00:01:00Z");
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    assertThat(playlist("video.m3u8", "?from=0&clock=server").entries()).hasSize(8);
  }

  @Test
  void anAnchorThatNobodyGaveIsRefusedOrHarmless() {
    push(H264, "?timecodes=relative&start=2026-01-01T00:01:00Z");
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    String path = "/v1/streams/cam/hls/video.m3u8?from=0&anchor=";
    for (String wrong :
        List.of("1", "x", "-1.0.0.0.0", "1.1.1.1.1.1", "9999999999999999999.1.1.1.1")) {
      assertThat(weir.get(path + wrong).statusCode()).as(wrong).isEqualTo(400);
    }
    String most = "999999999999999999";
    for (String forged :
        List.of(
            "0.0.0.0.0", most + ".0.0.0.0", most + ".999999999.0.0.0", "0.0.0." + most + ".0")) {
      HttpResponse<String> answer = weir.get(path + forged);
      assertThat(answer.statusCode()).as(forged).isIn(200, 404);
      assertThat(answer.body().length()).as(forged).isLessThan(10_000);
    }
  }

  private void look(Map<String, PlaylistMemory> memories) {
    memories.forEach((address, memory) -> memory.look(playlist(address, "")));
  }

  @Test
  void onlyARangeWhoseEndIsRecordedIsSaidNotToChange() {
    push(H264, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    String path = "/v1/streams/cam/hls/video.m3u8";
    assertThat(weir.get(path + "?from=0&to=2026-01-01T00:00:05Z").body())
        .contains("#EXT-X-PLAYLIST-TYPE:VOD")
        .contains("#EXT-X-ENDLIST");
    assertThat(weir.get(path + "?from=0").body())
        .doesNotContain("PLAYLIST-TYPE")
        .doesNotContain("ENDLIST");
  }
}
