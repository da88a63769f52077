// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import dev.weir.testing.Readme;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to push that the README names, as typed there, and the common ones besides. */
final class PushIT {

  private static final Path SOURCE = Path.of("media-samples/h264-aac.mkv");
  private static final List<String> OWN_FILES = List.of("in.mp4", "morning.mp4", "noon.mp4");
  private static final Pattern BUFFERS = Pattern.compile("num-buffers=([0-9]+)");

  @TempDir Path folder;
  private RunningWeir weir;

  /** A working folder as the README's reader has it: a clone, and files of his own. */
  @BeforeEach
  void start() throws IOException {
    weir = new RunningWeir(folder.resolve("data"));
    Files.createDirectory(folder.resolve("media-samples"));
    Files.copy(SOURCE, folder.resolve(SOURCE));
    Files.createDirectory(folder.resolve("scripts"));
    Path program = folder.resolve("scripts/weir");
    Files.writeString(
        program,
        "#!/usr/bin/env bash\nexec " + Path.of("scripts/weir").toAbsolutePath() + " \"$@\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    // Plain MP4: what most people have lying about.
    for (String name : OWN_FILES) {
      remux(name, "-f", "mp4");
    }
    remux("frag.mp4", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof");
  }

  private void remux(String name, String... format) {
    var command =
        new ArrayList<>(
            List.of("ffmpeg", "-v", "error", "-i", SOURCE.toString(), "-map", "0", "-c", "copy"));
    command.addAll(List.of(format));
    command.add(folder.resolve(name).toString());
    Program.run(command.toArray(String[]::new));
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  static List<String> readmeCommands() {
    return Readme.commands("Push");
  }

  @ParameterizedTest
  @MethodSource("readmeCommands")
  void whatTheReadmeSaysWorksAsTyped(String command) {
    push(command.replace(Readme.SERVER, weir.url("")));
    Matcher live = BUFFERS.matcher(command);
    if (live.find()) {
      assertDecodes(Integer.parseInt(live.group(1)));
    } else {
      assertSamePackets(Math.max(1, OWN_FILES.stream().filter(command::contains).count()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ffmpeg -v error -i in.mp4 -c copy -f matroska -live 1 $URL",
        "ffmpeg -v error -i in.mp4 -c copy -f matroska $URL",
        "ffmpeg -v error -i in.mp4 -c copy -f matroska -method PUT $URL",
        "ffmpeg -v error -i in.mp4 -c copy -f matroska -cluster_time_limit 400 $URL",
        "ffmpeg -v error -i in.mp4 -c copy -f mp4"
            + " -movflags +frag_keyframe+empty_moov+default_base_moof $URL",
        "ffmpeg -v error -i in.mp4 -c copy -f mp4"
            + " -movflags +frag_every_frame+empty_moov+default_base_moof $URL",
        "curl -sf -T $SOURCE $URL",
        "curl -sf -T frag.mp4 $URL",
        "curl -sf -T - $URL < $SOURCE",
        "curl -sf -T - $URL < frag.mp4",
        "curl -sf -X POST -T $SOURCE $URL",
        "curl -sf -X POST -T - $URL < frag.mp4",
        "curl -sf --data-binary @frag.mp4 $URL",
        "curl -sf --http1.0 -T $SOURCE $URL",
        "curl -sf -H Expect: -T $SOURCE $URL",
        "curl -sf --limit-rate 150k -T $SOURCE $URL",
      })
  void everyPacketComesBack(String command) {
    push(command);
    assertSamePackets(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x264enc tune=zerolatency key-int-max=25 ! h264parse ! matroskamux streamable=true",
        "x264enc key-int-max=25 bframes=2 ! h264parse ! matroskamux streamable=true",
        "x264enc tune=zerolatency key-int-max=25 ! h264parse"
            + " ! mp4mux fragment-duration=500 streamable=true",
      })
  void gstreamerPushesWhatItEncodes(String encodeAndMux) {
    push(
        "gst-launch-1.0 -q videotestsrc num-buffers=100 ! video/x-raw,format=I420,framerate=25/1 ! "
            + encodeAndMux
            + " ! curlhttpsink location=$URL");
    assertDecodes(100);
  }

  private void push(String command) {
    // The program takes the server's address from its environment; all others take a URL.
    String bound =
        "export WEIR_SERVER="
            + weir.url("")
            + "\n"
            + command
                .replace("$URL", weir.url("/v1/streams/cam/media"))
                .replace("$SOURCE", SOURCE.toString());
    try (Program shell = Program.start(folder, List.of("bash", "-c", bound))) {
      assertThat(shell.await(60)).as(shell.errors()).isZero();
    }
    // ffmpeg and GStreamer do not wait for the answer.
    weir.awaitPushesEnded(1);
    assertThat(stream().has("lastError")).as(stream().toString()).isFalse();
  }

  private JsonNode stream() {
    return weir.json("/v1/streams/cam");
  }

  /**
   * @param times that the source was sent, one after another
   */
  private void assertSamePackets(long times) {
    String clip = weir.url("/v1/streams/cam/clip.mkv?from=0");
    assertThat(Frames.videoPackets(clip).hashes())
        .isEqualTo(repeated(Frames.videoPackets(SOURCE.toString()), times));
    assertThat(Frames.audioPackets(clip).hashes())
        .isEqualTo(repeated(Frames.audioPackets(SOURCE.toString()), times));
    assertOneRun();
  }

  private static List<String> repeated(Frames packets, long times) {
    return Stream.generate(packets::hashes).limit(times).flatMap(List::stream).toList();
  }

  /** What is encoded as it is pushed can't be known before: all frames are there, and decode. */
  private void assertDecodes(int frames) {
    String clip = weir.url("/v1/streams/cam/clip.mkv?from=0");
    try (Program ffmpeg =
        Program.start(
            List.of("ffmpeg", "-v", "warning", "-xerror", "-i", clip, "-f", "null", "-"))) {
      assertThat(ffmpeg.await(60)).as(ffmpeg.errors()).isZero();
      assertThat(ffmpeg.errors()).isEmpty();
    }
    assertThat(Frames.video(clip).frames()).hasSize(frames);
    assertOneRun();
  }

  private void assertOneRun() {
    JsonNode fragments = weir.json("/v1/streams/cam/fragments").path("items");
    assertThat(fragments.size()).isGreaterThan(1);
    assertThat(fragments.findValuesAsText("run"))
        .containsOnly(fragments.path(0).path("run").asText());
    assertThat(weir.server().archive().check().failures()).isEmpty();
  }
}
