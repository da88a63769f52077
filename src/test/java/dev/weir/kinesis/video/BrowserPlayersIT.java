// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import dev.weir.kinesis.PushedStream;
import dev.weir.kinesis.PushedStream.Pushed;
import dev.weir.testing.Browser;
import dev.weir.testing.Eventually;
import dev.weir.testing.NodePackage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.chrome.ChromeDriver;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ContainerFormat;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.DASHFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.DASHPlaybackMode;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSPlaybackMode;

/**
 * Sessions of a stream that an SDK pushed, played by hls.js and dash.js in a real browser, on a
 * page of another origin: every frame is decoded, and those that are shown are shown at their
 * times.
 */
final class BrowserPlayersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DASH_JS = "4.7.4";

  /** Plays to the end, and notes the time of each frame that is shown. */
  private static final String WATCH =
      """
      document.body.innerHTML = '<video muted></video>';
      window.seen = [];
      window.failed = [];
      const video = document.querySelector('video');
      const note = (now, frame) => {
        seen.push(Math.round(frame.mediaTime * 1e6));
        video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
      """;

  private static final String HLS =
      """
      const hls = new Hls();
      hls.on(Hls.Events.ERROR, (event, data) => failed.push(data.type + ' ' + data.details));
      hls.loadSource(arguments[0]);
      hls.attachMedia(video);
      video.play();
      """;

  private static final String DASH =
      """
      const player = dashjs.MediaPlayer().create();
      player.on('error', e => failed.push(JSON.stringify(e.error)));
      player.initialize(video, arguments[0], true);
      """;

  @TempDir static Path folder;
  private static PushedStream streams;
  private static Pushed pushed;
  private static HttpServer pages;
  private static ChromeDriver browser;

  @BeforeAll
  static void start() throws IOException {
    streams = new PushedStream(folder);
    streams.create("cam", 24);
    pushed = streams.push("cam", "h264-aac.mkv", PushedStream.ago(20));
    pages =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Files.createDirectory(folder.resolve("pages")).toAbsolutePath(),
            SimpleFileServer.OutputLevel.NONE);
    pages.start();
    browser = Browser.start(folder.resolve("browser"));
    browser.get("http://127.0.0.1:" + pages.getAddress().getPort() + "/");
  }

  @AfterAll
  static void stop() {
    browser.quit();
    pages.stop(0);
    streams.close();
  }

  private static String hlsJs() {
    String jar = "/META-INF/maven/org.webjars.npm/hls.js/pom.properties";
    try (InputStream properties = resource(jar)) {
      var of = new Properties();
      of.load(properties);
      String version = of.getProperty("version");
      try (InputStream script =
          resource("/META-INF/resources/webjars/hls.js/" + version + "/dist/hls.min.js")) {
        return new String(script.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(BrowserPlayersIT.class.getResourceAsStream(name));
  }

  private static String hls(ContainerFormat container) {
    Instant from = pushed.start();
    return streams
        .archived()
        .getHLSStreamingSessionURL(call ->
            call.streamName("cam")
                .containerFormat(container)
                .playbackMode(HLSPlaybackMode.ON_DEMAND)
                .hlsFragmentSelector(selector ->
                    selector
                        .fragmentSelectorType(HLSFragmentSelectorType.PRODUCER_TIMESTAMP)
                        .timestampRange(range ->
                            range.startTimestamp(from).endTimestamp(from.plusSeconds(60)))))
        .hlsStreamingSessionURL();
  }

  @ParameterizedTest
  @EnumSource(
      value = ContainerFormat.class,
      names = {"FRAGMENTED_MP4", "MPEG_TS"})
  void hlsJsPlaysEveryFrame(ContainerFormat container) {
    browser.executeScript(hlsJs());
    browser.executeScript(WATCH + HLS, hls(container));
    assertEveryFrameIsPlayed();
  }

  @Test
  void dashJsPlaysEveryFrame() {
    Instant from = pushed.start();
    String url =
        streams
            .archived()
            .getDASHStreamingSessionURL(call ->
                call.streamName("cam")
                    .playbackMode(DASHPlaybackMode.ON_DEMAND)
                    .dashFragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(DASHFragmentSelectorType.PRODUCER_TIMESTAMP)
                            .timestampRange(range ->
                                range.startTimestamp(from).endTimestamp(from.plusSeconds(60)))))
            .dashStreamingSessionURL();
    browser.executeScript(NodePackage.text("dashjs", DASH_JS, "dist/dash.all.min.js"));
    browser.executeScript(WATCH + DASH, url);
    assertEveryFrameIsPlayed();
  }

  private static void assertEveryFrameIsPlayed() {
    Eventually.holds(
        "the end is played",
        PATIENCE,
        () -> {
          assertThat(list("failed")).isEmpty();
          return Boolean.TRUE.equals(
              browser.executeScript("return document.querySelector('video').ended"));
        });
    List<Long> times =
        pushed.clusters().stream()
            .flatMap(List::stream)
            .filter(frame -> frame.track() == 1)
            .map(frame -> frame.timeMs() * 1000)
            .sorted()
            .toList();
    long decoded =
        ((Number)
                Objects.requireNonNull(
                    browser.executeScript(
                        "return document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames")))
            .longValue();
    // A player that seeks to the first frame decodes a few again; a busy browser leaves late ones
    // out.
    assertThat(decoded).as("frames decoded").isBetween(times.size() * 9L / 10, times.size() + 10L);
    List<Long> seen =
        list("seen").stream().map(each -> ((Number) each).longValue()).distinct().toList();
    assertThat(seen).as("in order").isSorted();
    long lengthUs = times.getLast() - times.getFirst();
    assertThat(seen.getLast() - seen.getFirst())
        .as("from the first frame to the last; a busy browser leaves some out")
        .isBetween(lengthUs - 200_000, lengthUs + 1_000);
    for (long each : seen) {
      long time = each - seen.getFirst() + times.getFirst();
      assertThat(times).as("shown at %d", each).anyMatch(of -> Math.abs(of - time) <= 1_000);
    }
    assertThat(seen).as("of the frames most are shown").hasSizeGreaterThan(times.size() / 2);
  }

  private static List<?> list(String name) {
    return (List<?>) Objects.requireNonNull(browser.executeScript("return window." + name));
  }
}
