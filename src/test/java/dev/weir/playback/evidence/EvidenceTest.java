// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bytes.ByteSource;
import dev.weir.model.Clock;
import dev.weir.model.Proof;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.playback.clip.Clip;
import dev.weir.playback.clip.ClipFormat;
import dev.weir.playback.clip.Clips;
import dev.weir.playback.clip.Recording;
import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is proven of a range and of a clip, and that a change shows. */
final class EvidenceTest {

  private static final String SAMPLE = "h264-aac.mkv";
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long START_NS = 1_767_225_600L * SECOND_NS;

  @TempDir Path folder;
  private Recording recording;

  @BeforeEach
  void start() {
    recording = new Recording(folder.resolve("data"));
    recording.pushAt(SAMPLE, START_NS);
  }

  @AfterEach
  void stop() {
    recording.close();
  }

  private Proof proof() {
    return recording.archive.prove(recording.stream, TimeRange.ALL);
  }

  private byte[] signedClip() {
    var key = new SigningKey(folder.resolve("key"));
    var signed = new SignedClips(recording.archive, key);
    Clip plain =
        new Clips(recording.archive)
            .open(
                recording.stream,
                new TimeRange(START_NS + SECOND_NS, START_NS + 5 * SECOND_NS),
                Clock.PRODUCER,
                ClipFormat.MP4);
    try (Clip clip = signed.sign(recording.stream, new StreamName("cam"), plain)) {
      return Recording.bytes(clip.body(), 0, Math.toIntExact(clip.body().length()));
    }
  }

  @Test
  void aRunIsOneProvenStretchOverItsFilesAndSessions() {
    recording.pushAt("h264-720p.mkv", START_NS + 60 * SECOND_NS);
    Proof proof = proof();
    assertThat(proof.breaks()).isEmpty();
    assertThat(proof.stretches()).hasSize(2);
    Proof.Stretch first = proof.stretches().getFirst();
    assertThat(first.fragments()).isEqualTo(4);
    assertThat(first.fromBeginning()).isTrue();
    assertThat(first.range().fromNs()).isBetween(START_NS, START_NS + SECOND_NS);
  }

  @Test
  void aForgottenFragmentIsABreakThatSaysSo() {
    recording.archive.forget(
        recording.stream,
        new TimeRange(START_NS + 3 * SECOND_NS, START_NS + 3 * SECOND_NS + 1),
        List.of());
    assertThat(recording.archive.forgetPending(recording.stream)).isTrue();
    Proof proof = proof();
    assertThat(proof.breaks()).singleElement().asString().contains("deleted on request");
    assertThat(proof.stretches()).extracting(Proof.Stretch::fragments).containsExactly(1, 2);
  }

  /** Somebody who knows the format changes a picture, and the checksums with it. */
  @Test
  void aChangeWithRightChecksumsBreaksTheChain() throws IOException {
    recording.close();
    Path file;
    try (Stream<Path> files = Files.walk(folder)) {
      file = files.filter(each -> each.toString().endsWith(".weir")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    forge(bytes);
    Files.write(file, bytes);
    recording = new Recording(folder.resolve("data"), recording.stream);
    assertThat(recording.archive.prove(recording.stream, TimeRange.ALL).breaks())
        .anyMatch(line -> line.contains("does not match its hash"));
  }

  /** Changes the last payload byte of the first part record, and both its checksums. */
  private static void forge(byte[] file) {
    var in = ByteBuffer.wrap(file);
    int at = 48;
    while (file[at + 4] != 2) {
      at += 28 + in.getInt(at + 16);
    }
    int bodyBytes = in.getInt(at + 16);
    file[at + 28 + bodyBytes - 1] ^= 1;
    var body = new CRC32C();
    body.update(file, at + 28, bodyBytes);
    in.putInt(at + 20, (int) body.getValue());
    var header = new CRC32C();
    header.update(file, at, 24);
    header.update(file, 12, 24);
    in.putInt(at + 24, (int) header.getValue());
  }

  @Test
  void aSignedClipPlaysAsThePlainOneAndIsTrue() throws IOException {
    byte[] clip = signedClip();
    Path file = Files.write(folder.resolve("clip.mp4"), clip);
    assertThat(Program.run("ffprobe", "-v", "warning", file.toString())).isEmpty();
    Frames all = Frames.video("media-samples/" + SAMPLE);
    assertThat(Frames.video(file.toString()).hashes()).isEqualTo(all.hashes().subList(25, 125));
    ClipVerification found = ClipVerification.of(ByteSource.of(clip));
    assertThat(found.problem()).isEmpty();
    assertThat(found.signer()).hasSize(64);
    assertThat(found.manifest()).contains("stream cam", "from 2026-01-01T00:00:01Z");
    assertThat(found.manifest().stream().filter(line -> line.startsWith("fragment "))).hasSize(3);
  }

  @Test
  void anyChangedByteOfASignedClipShows() {
    byte[] clip = signedClip();
    var random = new Random(20261126);
    for (int i = 0; i < 300; i++) {
      int at = i < 200 ? random.nextInt(clip.length) : clip.length - 1 - random.nextInt(600);
      byte[] changed = clip.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(ClipVerification.of(ByteSource.of(changed)).problem())
          .as("byte %d of %d", at, clip.length)
          .isPresent();
    }
  }

  @Test
  void aChangedBoxIsADamagedManifestAndNotNone() {
    byte[] clip = signedClip();
    int length = ByteBuffer.wrap(clip).getInt(clip.length - 4);
    for (int at = clip.length - length; at < clip.length; at++) {
      byte[] changed = clip.clone();
      changed[at] ^= 1;
      assertThat(ClipVerification.of(ByteSource.of(changed)).problem().orElseThrow())
          .as("byte %d of the box's %d", at - (clip.length - length), length)
          .isNotEqualTo("it carries no manifest");
    }
    byte[] plain = Arrays.copyOf(clip, clip.length - length);
    assertThat(ClipVerification.of(ByteSource.of(plain)).problem())
        .hasValue("it carries no manifest");
  }
}
