// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Browser;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/**
 * The console in a real browser: live plays and goes on, the past plays, pictures appear, the clip
 * is a file. With {@code -Dconsole.picture=FILE} it leaves a picture of itself.
 */
final class ConsoleIT {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path folder;
  private RunningWeir weir;
  private Program camera;
  private ChromeDriver browser;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
    // A minute of the past, so that there is something to rewind to.
    long past = Instant.now().minusSeconds(120).toEpochMilli();
    for (int i = 0; i < 8; i++) {
      assertThat(
              weir.push(
                      "camera",
                      Path.of("media-samples/h264-aac.mkv"),
                      "?timecodes=relative&start=" + (past + i * 8000L))
                  .statusCode())
          .isEqualTo(200);
    }
    camera =
        Program.start(
            List.of(
                "ffmpeg",
                "-v",
                "error",
                "-re",
                "-stream_loop",
                "-1",
                "-i",
                "media-samples/h264-aac.mp4",
                "-c",
                "copy",
                "-f",
                "matroska",
                "-live",
                "1",
                weir.url("/v1/streams/camera/media")));
    browser = Browser.start(folder.resolve("browser"));
    browser.manage().window().setSize(new Dimension(1280, 860));
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (camera != null) {
      camera.close();
    }
    weir.close();
  }

  private void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            what
                + " did not come to pass; the page says: "
                + browser.findElement(By.tagName("body")).getText()
                + "\nconsole: "
                + browser.manage().logs().get("browser").getAll());
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  private long fragments() {
    String metrics = weir.get("/metrics").body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("weir_fragments_persisted_total "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElse(0);
  }

  private double currentTime() {
    return ((Number)
            Objects.requireNonNull(
                browser.executeScript("return document.querySelector('video').currentTime")))
        .doubleValue();
  }

  /** The recorded time of the picture shown; the epoch when there is none. */
  private Instant shown() {
    String text = browser.findElement(By.id("clock")).getText();
    return text.isEmpty()
        ? Instant.EPOCH
        : Instant.parse(text.replace(" UTC", "Z").replace(' ', 'T'));
  }

  private void awaitPlaying() {
    double before = currentTime();
    await("playing", () -> currentTime() > before + 1.5);
  }

  /** How many canvas pixels of a row, in a share of its width, have a colour of their own. */
  private long coloured(double from, double to) {
    return ((Number)
            Objects.requireNonNull(
                browser.executeScript(
                    """
                    const c = document.getElementById('timeline');
                    const x = Math.floor(c.width * arguments[0]);
                    const w = Math.ceil(c.width * (arguments[1] - arguments[0]));
                    const y = Math.floor(16 * c.height / c.clientHeight);
                    const d = c.getContext('2d').getImageData(x, y, w, 1).data;
                    let n = 0;
                    for (let i = 0; i < d.length; i += 4)
                      if (d[i + 3] > 0 && Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1], d[i + 2]) > 60) n++;
                    return n;
                    """,
                    from,
                    to)))
        .longValue();
  }

  @Test
  void recordsStandOnTheTimeLineAndOneClickPlaysThem() throws Exception {
    Instant seen = Instant.now().minusSeconds(90);
    String lines =
        "{\"time\":\"%s\",\"type\":\"object\",\"label\":\"person\"}\n{\"time\":\"%s\",\"type\":\"door\"}\n"
            .formatted(seen, seen.plusSeconds(3));
    assertThat(
            weir.send(
                    HttpRequest.newBuilder(URI.create(weir.url("/v1/streams/camera/records")))
                        .POST(HttpRequest.BodyPublishers.ofString(lines)))
                .statusCode())
        .isEqualTo(201);
    browser.get(weir.url("/"));
    await("two records", () -> browser.findElements(By.cssSelector("#hits button")).size() == 2);
    // Ten minutes that end about now: 90 s ago lies at 85 hundredths.
    await("a mark on the time line", () -> coloured(0.78, 0.92) >= 2);
    assertThat(coloured(0.1, 0.7)).isZero();
    browser.findElement(By.id("where")).sendKeys("label=person");
    browser.findElement(By.cssSelector("#search button")).click();
    await("one record", () -> browser.findElements(By.cssSelector("#hits button")).size() == 1);
    var hit = browser.findElement(By.cssSelector("#hits button"));
    assertThat(hit.getText()).endsWith(" object label \"person\"");
    hit.click();
    await(
        "what was seen",
        () -> shown().isAfter(seen.minusSeconds(7)) && shown().isBefore(seen.plusSeconds(6)));
    awaitPlaying();
    if (System.getProperty("console.picture") != null) {
      Files.write(
          Path.of(System.getProperty("console.picture")),
          browser.getScreenshotAs(OutputType.BYTES));
    }
  }

  @Test
  void liveThePastAPictureAndAClip() throws Exception {
    // Three fragments of two seconds: where players begin.
    long before = fragments();
    await("the camera is on", () -> fragments() > before + 3);
    browser.get(weir.url("/"));
    await("a picture", () -> currentTime() > 0 && !shown().equals(Instant.EPOCH));
    awaitPlaying();
    assertThat(shown()).as("live").isAfter(Instant.now().minusSeconds(30));

    var timeline = browser.findElement(By.id("timeline"));
    int width = timeline.getSize().getWidth();
    // The line shows ten minutes that end now; 100 s ago is at 5/6.
    new Actions(browser).moveToElement(timeline, width / 2 - width / 6, 20).click().perform();
    await(
        "the past",
        () ->
            shown().isAfter(Instant.now().minusSeconds(160))
                && shown().isBefore(Instant.now().minusSeconds(45)));
    awaitPlaying();

    browser.findElement(By.id("picture")).click();
    await(
        "a picture below",
        () ->
            Boolean.TRUE.equals(
                browser.executeScript(
                    "const i = document.querySelector('#shots img'); return !!i && i.complete &&"
                        + " i.naturalWidth > 0")));

    browser.findElement(By.id("mark-from")).click();
    awaitPlaying();
    awaitPlaying();
    browser.findElement(By.id("mark-to")).click();
    await("a clip", () -> browser.findElement(By.id("clip")).getDomAttribute("href") != null);
    if (System.getProperty("console.picture") != null) {
      Files.write(
          Path.of(System.getProperty("console.picture")),
          browser.getScreenshotAs(OutputType.BYTES));
    }
    String clip = browser.findElement(By.id("clip")).getDomProperty("href");
    HttpResponse<byte[]> answer =
        weir.send(
            HttpRequest.newBuilder(URI.create(Objects.requireNonNull(clip))),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    Path file = Files.write(folder.resolve("clip.mp4"), answer.body());
    assertThat(
            Program.run(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "format=duration",
                "-of",
                "csv=p=0",
                file.toString()))
        .satisfies(seconds -> assertThat(Double.parseDouble(seconds.trim())).isBetween(2.0, 20.0));
  }
}
