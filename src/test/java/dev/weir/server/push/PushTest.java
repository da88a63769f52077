// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.MalformedMedia;
import dev.weir.server.cli.ProgressBar;
import dev.weir.testing.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bytes a push sends, and when. */
final class PushTest {

  private static final Path SAMPLES = Path.of("media-samples");
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  private final ByteWriter body = new ByteWriter();
  private final List<String> notes = new ArrayList<>();
  private final List<Long> writtenAtNs = new ArrayList<>();
  private long nowNs;

  private final Pace.Clock clock =
      new Pace.Clock() {
        @Override
        public long nanoTime() {
          return nowNs;
        }

        @Override
        public void park(long nanos) {
          nowNs += nanos;
        }
      };

  private void push(
      boolean realTime, boolean loop, boolean fromZero, BooleanSupplier stopping, Path... files)
      throws IOException {
    List<Input> inputs = new ArrayList<>();
    for (Path file : files) {
      inputs.add(new Input.LocalFile(file));
    }
    new Push(
            inputs,
            new Push.Options(realTime, loop, fromZero, clock, InstantSource.system()),
            bytes -> {
              body.bytes(bytes);
              writtenAtNs.add(nowNs);
            },
            ProgressBar.on(new PrintWriter(Writer.nullWriter())),
            notes::add,
            stopping)
        .run();
  }

  private PushedMedia pushed(Path... files) throws IOException {
    push(false, false, true, () -> false, files);
    return PushedMedia.read(body.toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"h264-aac.mkv", "h264-aac.mp4", "h264-baseline-2997.mkv", "opus.webm"})
  void oneInputThatTheServerTakesGoesAsItIs(String sample) throws IOException {
    push(false, false, false, () -> false, SAMPLES.resolve(sample));
    assertThat(body.toArray()).isEqualTo(Files.readAllBytes(SAMPLES.resolve(sample)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h264-aac.mkv",
        "h264-aac.mp4",
        "h264-opus.mkv",
        "h264-long-gop.mkv",
        "hevc-aac.mp4",
        "aac.mka",
        "opus.webm"
      })
  void whatIsWrittenAnewHasTheSameSamplesAtTheSameDistances(String sample) throws IOException {
    PushedMedia.Document source =
        PushedMedia.read(Files.readAllBytes(SAMPLES.resolve(sample))).documents.getFirst();
    PushedMedia.Document written = pushed(SAMPLES.resolve(sample)).documents.getFirst();
    assertThat(written.tracks().stream().map(track -> track.codec()).toList())
        .isEqualTo(source.tracks().stream().map(track -> track.codec()).toList());
    long earliest = Long.MAX_VALUE;
    for (int track = 0; track < source.tracks().size(); track++) {
      assertThat(written.data(track)).isEqualTo(source.data(track));
      List<Long> before = nanos(source, track);
      List<Long> after = nanos(written, track);
      earliest = Math.min(earliest, after.stream().mapToLong(Long::longValue).min().orElseThrow());
      long shift = after.getFirst() - before.getFirst();
      for (int i = 0; i < before.size(); i++) {
        assertThat(after.get(i) - before.get(i)).isBetween(shift - 20_000, shift + 20_000);
      }
    }
    assertThat(earliest).isZero();
    assertThat(notes).isEmpty();
  }

  private static List<Long> nanos(PushedMedia.Document document, int track) {
    int timescale = document.tracks().get(track).timescale();
    return document.times(track).stream().map(ticks -> ticks * SECOND / timescale).toList();
  }

  @Test
  void aLoopIsOneTimelineShiftedByTheExactLengthOfTheFile() throws IOException {
    Path file = SAMPLES.resolve("h264-aac.mkv");
    PushedMedia.Document source = PushedMedia.read(Files.readAllBytes(file)).documents.getFirst();
    int passes = 5;
    // Stopped somewhere in the pass after the last whole one.
    push(false, true, false, () -> body.size() > (passes + 0.2) * file.toFile().length(), file);
    PushedMedia media = PushedMedia.read(body.toArray());
    assertThat(media.documents).hasSize(1);
    PushedMedia.Document looped = media.documents.getFirst();
    assertThat(looped.tracks()).isEqualTo(source.tracks());
    // Sound begins at 0 and the last picture ends at 8021 ms.
    long lengthMs = 8021;
    for (int track = 0; track < 2; track++) {
      List<Long> once = source.times(track);
      List<Long> times = looped.times(track);
      assertThat(times).hasSizeGreaterThan(passes * once.size());
      List<Long> expected =
          LongStream.range(0, times.size())
              .mapToObj(i -> once.get((int) (i % once.size())) + i / once.size() * lengthMs)
              .toList();
      assertThat(times).isEqualTo(expected);
    }
  }

  @Test
  void inputsWithEqualCodecsAreOneDocumentAndOthersBeginAnotherWhoseTimesGoOn() throws IOException {
    PushedMedia media =
        pushed(
            SAMPLES.resolve("h264-aac.mkv"),
            SAMPLES.resolve("h264-aac.mp4"),
            SAMPLES.resolve("h264-720p.mkv"));
    assertThat(media.documents).hasSize(2);
    PushedMedia.Document first = media.documents.getFirst();
    PushedMedia.Document second = media.documents.getLast();
    assertThat(first.times(0)).hasSize(400);
    assertThat(second.times(0)).hasSize(75);
    // 8021 ms and, since the fragmented file has its first sound 80 ms early, 8080 ms.
    assertThat(nanos(second, 0).getFirst()).isBetween(16_100 * 1_000_000L, 16_102 * 1_000_000L);
    assertThat(second.times(0).stream().sorted().distinct().toList()).hasSize(75);
  }

  @Test
  void aPlainMovieIsWrittenAnew() throws IOException {
    Path plain = folder.resolve("plain.mp4");
    Program.run(
        "ffmpeg",
        "-v",
        "error",
        "-i",
        SAMPLES.resolve("h264-aac.mkv").toString(),
        "-c",
        "copy",
        plain.toString());
    push(false, false, false, () -> false, plain);
    PushedMedia.Document written = PushedMedia.read(body.toArray()).documents.getFirst();
    PushedMedia.Document source =
        PushedMedia.read(Files.readAllBytes(SAMPLES.resolve("h264-aac.mkv"))).documents.getFirst();
    assertThat(written.data(0)).isEqualTo(source.data(0));
    assertThat(written.data(1)).isEqualTo(source.data(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inRealTimeNothingIsSentBeforeItsDecodeTimeAndEightSecondsTakeEight(boolean fromZero)
      throws IOException {
    push(true, false, fromZero, () -> false, SAMPLES.resolve("h264-aac.mkv"));
    // The first picture is decoded 59 ms before zero, the last sound at 8 s.
    assertThat(nowNs).isBetween(7_900 * 1_000_000L, 8_059 * 1_000_000L);
    assertThat(writtenAtNs).isSorted();
    long longestWait = 0;
    for (int i = 1; i < writtenAtNs.size(); i++) {
      longestWait = Math.max(longestWait, writtenAtNs.get(i) - writtenAtNs.get(i - 1));
    }
    assertThat(longestWait).isLessThan(700 * 1_000_000L);
  }

  @Test
  void aLoopInRealTimeGoesOnAtTheSamePace() throws IOException {
    long ends = 30 * SECOND;
    push(true, true, false, () -> nowNs > ends, SAMPLES.resolve("h264-aac.mkv"));
    PushedMedia.Document looped = PushedMedia.read(body.toArray()).documents.getFirst();
    long newestMs = looped.times(0).stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat(newestMs).isBetween(29_000L, 31_000L);
  }

  @Test
  void anInputThatIsNoMediaIsNamedAndSendsNothing() {
    assertThatThrownBy(() -> pushed(Path.of("pom.xml"))).hasMessageContaining("text");
    assertThat(body.size()).isZero();
  }

  @Test
  void anInputWithoutASampleDoesNotLoopForEver() throws IOException {
    byte[] whole = Files.readAllBytes(SAMPLES.resolve("h264-aac.mp4"));
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    Path head = folder.resolve("head.mp4");
    Files.write(head, Arrays.copyOf(whole, text.indexOf("moof") - 4));
    assertThatThrownBy(() -> push(false, true, false, () -> false, head))
        .isInstanceOf(MalformedMedia.class)
        .hasMessageContaining("no sample");
  }

  @Test
  void aFileThatIsCutGivesWhatIsWholeAndANote() throws IOException {
    byte[] whole = Files.readAllBytes(SAMPLES.resolve("h264-aac.mkv"));
    Path cut = Files.write(folder.resolve("cut.mkv"), Arrays.copyOf(whole, 200_000));
    PushedMedia.Document written = pushed(cut).documents.getFirst();
    assertThat(written.times(0)).hasSizeBetween(100, 199);
    assertThat(notes).hasSize(1);
    assertThat(notes.getFirst()).contains("ends inside");
  }
}
