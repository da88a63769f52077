// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.Bytes;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.Overloaded;
import dev.weir.model.UnsupportedMedia;
import dev.weir.model.WeirException;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class DecodersTest {

  private static final String CLASS_PATH = System.getProperty("java.class.path");

  /** Of each decoder. */
  private static final int CORRUPT_INPUTS = Integer.getInteger("weir.corrupt", 500);

  private static final Path SAMPLE = Path.of("media-samples", "h264-aac.mkv");

  @TempDir Path folder;

  @Test
  void deadlineKillsAWorkerThatHangs() throws IOException {
    try (var decoders = misbehaving(1)) {
      assertThat(decoders.decode(asked(MisbehavingWorker.WELL)).width()).isEqualTo(2);
      long hanging = decoders.processes().getFirst();
      assertThatThrownBy(() -> decoders.decode(asked(MisbehavingWorker.HANG)))
          .isInstanceOf(Overloaded.class)
          .hasMessageContaining("in time");
      assertThat(decoders.decode(asked(MisbehavingWorker.WELL)).image())
          .isEqualTo(Bytes.fromHex("cafe"));
      assertThat(decoders.processes()).hasSize(1).doesNotContain(hanging);
      assertThat(alive(hanging)).isFalse();
    }
  }

  @Test
  void aWorkerThatDiesIsReplaced() throws IOException {
    try (var decoders = misbehaving(1)) {
      assertThatThrownBy(() -> decoders.decode(asked(MisbehavingWorker.DIE)))
          .isInstanceOf(MalformedMedia.class)
          .hasMessageContaining("died");
      assertThatThrownBy(() -> decoders.decode(asked(MisbehavingWorker.EAT_MEMORY)))
          .isInstanceOf(MalformedMedia.class)
          .hasMessageContaining("died");
      assertThat(decoders.decode(asked(MisbehavingWorker.WELL)).width()).isEqualTo(2);
    }
  }

  @Test
  void aWorkerKilledFromOutsideCostsNobodyHisPicture() throws Exception {
    try (var decoders = misbehaving(1)) {
      var unused = decoders.decode(asked(MisbehavingWorker.WELL));
      assertThat(unused.height()).isEqualTo(1);
      ProcessHandle worker = ProcessHandle.of(decoders.processes().getFirst()).orElseThrow();
      worker.destroyForcibly();
      var _ = worker.onExit().get(10, TimeUnit.SECONDS);
      assertThat(decoders.decode(asked(MisbehavingWorker.WELL)).width()).isEqualTo(2);
    }
  }

  @Test
  void allIdleWorkersKilledCostNobodyHisPicture() throws IOException {
    try (var decoders = misbehaving(2)) {
      DecodeRequest well = asked(MisbehavingWorker.WELL);
      while (decoders.processes().size() < 2) {
        var other = CompletableFuture.supplyAsync(() -> decoders.decode(well));
        assertThat(decoders.decode(well).width()).isEqualTo(2);
        assertThat(other.join().width()).isEqualTo(2);
      }
      assertThat(decoders.decode(asked(MisbehavingWorker.DIE_UNLESS_NEW)).width()).isEqualTo(2);
      assertThat(decoders.processes().size()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aWorkerKilledWhileItStartsCostsNobodyHisPicture() throws IOException {
    Path curse = Files.createFile(folder.resolve("curse"));
    var command = new ArrayList<>(command(MisbehavingWorker.DiesOnce.class));
    command.add(1, "-D" + MisbehavingWorker.CURSE + "=" + curse);
    try (var decoders = Decoders.open(options(1), Map.of(DecoderKind.FFMPEG, command))) {
      assertThat(decoders.decode(asked(MisbehavingWorker.WELL)).width()).isEqualTo(2);
      assertThat(curse).doesNotExist();
    }
  }

  @Test
  void aWorkerThatNeverStartsIsSaidToBeThat() throws IOException {
    var command = command(MisbehavingWorker.Stillborn.class);
    try (var decoders = Decoders.open(options(1), Map.of(DecoderKind.FFMPEG, command))) {
      assertThatThrownBy(() -> decoders.decode(asked(MisbehavingWorker.WELL)))
          .isInstanceOf(Overloaded.class)
          .hasMessageContaining("does not start")
          .hasMessageContaining("its process died")
          .hasMessageNotContaining("in time");
    }
  }

  @Test
  void whatADecoderThrowsIsMalformedMediaAndTheWorkerLivesOn() throws IOException {
    try (var decoders = misbehaving(1)) {
      assertThatThrownBy(() -> decoders.decode(asked(MisbehavingWorker.THROW)))
          .isInstanceOf(MalformedMedia.class)
          .hasMessageContaining("as told");
      List<Long> before = decoders.processes();
      assertThat(decoders.decode(asked(MisbehavingWorker.WELL)).width()).isEqualTo(2);
      assertThat(decoders.processes()).isEqualTo(before);
    }
  }

  @Test
  void callersWaitForAWorkerOnlySoLong() throws IOException {
    try (var decoders = misbehaving(1)) {
      DecodeRequest hanging = asked(MisbehavingWorker.HANG);
      var first = CompletableFuture.runAsync(() -> decoders.decode(hanging));
      while (decoders.processes().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(() -> decoders.decode(asked(MisbehavingWorker.WELL)))
          .isInstanceOf(Overloaded.class)
          .hasMessageContaining("busy");
      assertThatThrownBy(first::join).hasCauseInstanceOf(Overloaded.class);
    }
  }

  @Test
  void closeLeavesNoProcessEvenOneAtWork() throws IOException {
    var seen = new ArrayList<Long>();
    CompletableFuture<Void> hanging;
    try (var decoders = misbehaving(2)) {
      DecodeRequest request = asked(MisbehavingWorker.HANG);
      hanging = CompletableFuture.runAsync(() -> decoders.decode(request));
      while (decoders.processes().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(decoders.decode(asked(MisbehavingWorker.WELL)).width()).isEqualTo(2);
      seen.addAll(decoders.processes());
    }
    assertThat(seen).hasSize(2).noneMatch(DecodersTest::alive);
    assertThatThrownBy(hanging::join).hasCauseInstanceOf(WeirException.class);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(
            thread -> seen.stream().anyMatch(pid -> thread.getName().equals("decode-log-" + pid)));
  }

  @Test
  void aWorkerEndsWithItsServerEvenWhileItHangs() throws Exception {
    Process worker = new ProcessBuilder(command(MisbehavingWorker.class)).start();
    try {
      var in = new DataInputStream(worker.getInputStream());
      assertThat(Wire.readHello(in)).isEmpty();
      Wire.writeRequest(worker.getOutputStream(), asked(MisbehavingWorker.HANG));
      worker.getOutputStream().close();
      assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(worker.exitValue()).isZero();
    } finally {
      worker.destroyForcibly();
    }
  }

  @Test
  void aDecoderThatCannotBeLoadedIsPassedOver() throws IOException {
    var options = options(1).withKinds(DecoderKind.FFMPEG, DecoderKind.HUMBLE);
    try (var decoders =
        Decoders.open(
            options,
            Map.of(
                DecoderKind.FFMPEG, command(MisbehavingWorker.Broken.class),
                DecoderKind.HUMBLE, command(MisbehavingWorker.class)))) {
      assertThat(decoders.decode(asked(MisbehavingWorker.WELL)).width()).isEqualTo(2);
      assertThat(decoders.available()).containsExactly(DecoderKind.HUMBLE);
    }
    try (var decoders =
        Decoders.open(
            options, Map.of(DecoderKind.FFMPEG, command(MisbehavingWorker.Broken.class)))) {
      assertThatThrownBy(() -> decoders.decode(asked(MisbehavingWorker.WELL)))
          .isInstanceOf(UnsupportedMedia.class)
          .hasMessageContaining("no library")
          .hasMessageContaining("humble: not installed");
    }
  }

  /** Flipped and cut samples: a picture or an error for each, in time, and nothing left behind. */
  @ParameterizedTest
  @EnumSource
  @Timeout(300)
  void corruptSamplesGiveAnAnswerWithinTheDeadline(DecoderKind kind) throws IOException {
    CodedSamples whole = CodedSamples.of(SAMPLE);
    long seed = System.nanoTime();
    var random = new Random(seed);
    Duration deadline = Duration.ofSeconds(2);
    var options =
        new DecoderOptions(
            List.of(kind), 1, deadline, deadline, Optional.of(Path.of("target", "decoders")));
    int pictures = 0;
    int errors = 0;
    long longestNanos = 0;
    List<Long> seen;
    try (var decoders = Decoders.open(options)) {
      var _ = decoders.decode(whole.request(1));
      for (int i = 0; i < CORRUPT_INPUTS; i++) {
        DecodeRequest request = corrupt(whole.request(1 + random.nextInt(8)), random);
        long from = System.nanoTime();
        try {
          pictures += decoders.decode(request).width() > 0 ? 1 : 0;
        } catch (WeirException e) {
          errors++;
        }
        longestNanos = Math.max(longestNanos, System.nanoTime() - from);
      }
      assertThat(pictures + errors).isEqualTo(CORRUPT_INPUTS);
      assertThat(errors).as("seed %s", seed).isPositive();
      // Twice: a worker that dies is started anew and asked once more, and starting takes its time.
      assertThat(longestNanos).isLessThan(2 * deadline.toNanos() + 60_000_000_000L);
      assertThat(decoders.decode(whole.request(8)).width()).isEqualTo(480);
      seen = decoders.processes();
      assertThat(seen).hasSize(1);
      System.out.printf(
          "%s: %d pictures, %d errors, longest %d ms%n",
          kind, pictures, errors, longestNanos / 1_000_000);
    }
    assertThat(seen).noneMatch(DecodersTest::alive);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(
            thread -> seen.stream().anyMatch(pid -> thread.getName().equals("decode-log-" + pid)));
  }

  private static DecodeRequest corrupt(DecodeRequest request, Random random) {
    var samples = new ArrayList<CodedSample>();
    for (CodedSample sample : request.samples()) {
      var bytes = new byte[sample.data().remaining()];
      sample.data().duplicate().get(bytes);
      int flips = 1 + random.nextInt(20);
      for (int i = 0; i < flips; i++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
      samples.add(
          new CodedSample(
              sample.presentationTime(), sample.sync(), ByteBuffer.wrap(bytes, 0, length)));
    }
    return new DecodeRequest(request.codec(), samples, request.wanted(), request.output());
  }

  @Test
  void moreThanOnePictureMayCostIsRefusedBeforeAnythingIsSent() throws IOException {
    CodedSamples whole = CodedSamples.of(SAMPLE);
    var large = new CodedSample(0, true, ByteBuffer.allocate(40 << 20));
    PictureOutput output = PictureOutput.of(ImageFormat.PNG);
    assertThatThrownBy(() -> new DecodeRequest(whole.codec(), List.of(large, large), 0, output))
        .isInstanceOf(LimitExceeded.class);
    var small = new CodedSample(0, false, ByteBuffer.allocate(1));
    assertThatThrownBy(
            () -> new DecodeRequest(whole.codec(), Collections.nCopies(20_001, small), 0, output))
        .isInstanceOf(LimitExceeded.class);
  }

  private static DecodeRequest asked(long wanted) throws IOException {
    CodedSamples whole = CodedSamples.of(SAMPLE);
    return new DecodeRequest(
        whole.codec(), whole.samples().subList(0, 1), wanted, PictureOutput.of(ImageFormat.PNG));
  }

  private static DecoderOptions options(int workers) {
    return new DecoderOptions(
        List.of(DecoderKind.FFMPEG),
        workers,
        Duration.ofMillis(1500),
        Duration.ofMillis(300),
        Optional.empty());
  }

  private static Decoders misbehaving(int workers) {
    return Decoders.open(
        options(workers), Map.of(DecoderKind.FFMPEG, command(MisbehavingWorker.class)));
  }

  private static List<String> command(Class<?> main) {
    return WorkerCommand.java(CLASS_PATH, main.getName());
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
