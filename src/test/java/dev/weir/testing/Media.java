// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * All that ffmpeg sees of a file or URL in one reading: frames and packets of its first video and
 * its first audio stream, each empty where there is none. Immutable.
 */
public record Media(
    String input, Frames video, Frames audio, Frames videoPackets, Frames audioPackets) {

  /** Reads an input to its end. */
  public static Media of(String input) {
    try (var reading = new Reading(input, List.of())) {
      return reading.end();
    }
  }

  /** Begins to copy packets, until as many have come as another input has. */
  public static Copying packets(String input, List<String> options, Media asMany) {
    return new Copying(input, options, asMany);
  }

  /** ffmpeg that copies. Confined to one thread. */
  public static final class Copying implements AutoCloseable {

    private final Optional<Program> video;
    private final Optional<Program> audio;

    private Copying(String input, List<String> options, Media asMany) {
      video = copy(input, options, Frames.VIDEO, asMany.videoPackets);
      audio = copy(input, options, Frames.AUDIO, asMany.audioPackets);
    }

    private static Optional<Program> copy(
        String input, List<String> options, String kind, Frames asMany) {
      if (asMany.frames().isEmpty()) {
        return Optional.empty();
      }
      var command = new ArrayList<>(List.of("ffmpeg", "-v", "error"));
      command.addAll(options);
      command.addAll(List.of("-i", input, "-map", Frames.map(kind), "-c", "copy"));
      command.addAll(
          List.of("-frames:" + kind.charAt(0), Integer.toString(asMany.frames().size())));
      command.addAll(List.of("-f", "framehash", "-hash", "md5", "-"));
      return Optional.of(Program.start(command));
    }

    /** Waits for the packets. */
    public void assertSamePacketsAs(Media source) {
      video.ifPresent(program -> assertSame(program, Frames.VIDEO, source.videoPackets));
      audio.ifPresent(program -> assertSame(program, Frames.AUDIO, source.audioPackets));
    }

    private static void assertSame(Program program, String kind, Frames source) {
      assertThat(program.await(60)).as(program.errors()).isZero();
      Frames.parse(kind, program.output()).assertSameHashesAs(source);
    }

    @Override
    public void close() {
      video.ifPresent(Program::close);
      audio.ifPresent(Program::close);
    }
  }

  /** ffmpeg at its work. Confined to one thread. */
  public static final class Reading implements AutoCloseable {

    private final String input;
    private final Path folder;
    private final Program program;

    /**
     * Begins to read.
     *
     * @param options of ffmpeg for the input
     */
    public Reading(String input, List<String> options) {
      this.input = input;
      try {
        folder = Files.createTempDirectory("weir-media");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      var command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-copyts"));
      command.addAll(options);
      command.addAll(List.of("-i", input));
      decoded(command, Frames.VIDEO, "video");
      decoded(command, Frames.AUDIO, "audio");
      packets(command, Frames.VIDEO, "videoPackets");
      packets(command, Frames.AUDIO, "audioPackets");
      program = Program.start(command);
    }

    private void decoded(List<String> command, String kind, String name) {
      command.addAll(
          List.of("-map", Frames.map(kind), "-fps_mode", "passthrough", "-enc_time_base", "-1"));
      command.addAll(List.of("-flush_packets", "1", "-f", "framemd5", file(name).toString()));
    }

    private void packets(List<String> command, String kind, String name) {
      command.addAll(List.of("-map", Frames.map(kind), "-c", "copy", "-flush_packets", "1"));
      command.addAll(List.of("-f", "framehash", "-hash", "md5", file(name).toString()));
    }

    private Path file(String name) {
      return folder.resolve(name);
    }

    /** How many frames have come out so far. */
    public int framesSoFar() {
      return frames(Frames.VIDEO, "video").frames().size()
          + frames(Frames.AUDIO, "audio").frames().size();
    }

    /** Waits for the end of the input. */
    public Media end() {
      assertThat(program.await(120)).as(program.errors()).isZero();
      return new Media(
          input,
          frames(Frames.VIDEO, "video"),
          frames(Frames.AUDIO, "audio"),
          frames(Frames.VIDEO, "videoPackets"),
          frames(Frames.AUDIO, "audioPackets"));
    }

    private Frames frames(String kind, String name) {
      try {
        return Frames.parse(kind, Files.exists(file(name)) ? Files.readString(file(name)) : "");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      program.close();
      try {
        for (String name : List.of("video", "audio", "videoPackets", "audioPackets")) {
          Files.deleteIfExists(file(name));
        }
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Asserts the truth metric: the same frames and the same packets, in the same order, at the same
   * times but for one constant offset, which pictures and sound share.
   *
   * @param tickNs how far a time may be off
   * @param audioToleranceNs the same for audio
   */
  public void assertSameAs(Media source, long tickNs, long audioToleranceNs) {
    long videoNs = assertVideoAndPackets(source, tickNs);
    long audioNs = audio.assertSameAs(source.audio, audioToleranceNs);
    assertSync(videoNs, audioNs, audioToleranceNs);
  }

  /**
   * The same where the source's last audio frame has padding at its end that this container can't
   * take off for ffmpeg: the sound is all there, and then at most the rest of one frame.
   */
  public void assertSameButForPadding(Media source, long tickNs, long audioToleranceNs) {
    long videoNs = assertVideoAndPackets(source, tickNs);
    long audioNs = audio.withoutLast().assertSameAs(source.audio.withoutLast(), audioToleranceNs);
    assertSync(videoNs, audioNs, audioToleranceNs);
    assertThat(audio.frames()).hasSameSizeAs(source.audio.frames());
    byte[] sound = pcm(input);
    byte[] sourceSound = pcm(source.input);
    assertThat(sound.length).isGreaterThanOrEqualTo(sourceSound.length);
    assertThat(Arrays.copyOf(sound, sourceSound.length)).isEqualTo(sourceSound);
  }

  /** The decoded audio, 16 bits a sample. */
  private static byte[] pcm(String input) {
    try {
      Path file = Files.createTempFile("weir-media", ".pcm");
      Program.run(
          "ffmpeg", "-v", "error", "-y", "-i", input, "-map", "0:a:0", "-f", "s16le", file + "");
      byte[] pcm = Files.readAllBytes(file);
      Files.delete(file);
      return pcm;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each offset is that of a first frame, which may be a tick off. */
  private void assertSync(long videoNs, long audioNs, long toleranceNs) {
    if (!video.frames().isEmpty() && !audio.frames().isEmpty()) {
      assertThat(audioNs - videoNs).as("sync").isBetween(-2 * toleranceNs, 2 * toleranceNs);
    }
  }

  private long assertVideoAndPackets(Media source, long tickNs) {
    long offsetNs = video.assertSameAs(source.video, tickNs);
    videoPackets.assertSameHashesAs(source.videoPackets);
    audioPackets.assertSameHashesAs(source.audioPackets);
    return offsetNs;
  }
}
