// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.decode.CodedSamples;
import dev.weir.decode.DecoderKind;
import dev.weir.decode.DecoderOptions;
import dev.weir.decode.Decoders;
import dev.weir.decode.ImageFormat;
import dev.weir.decode.PictureOutput;
import dev.weir.decode.ffmpeg.BareDecoding;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.frame.Frames;
import dev.weir.playback.frame.When;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Pictures by time over HTTP beside the ffmpeg program started for each, and a picture a second of
 * ten minutes beside one run of it.
 */
final class FramesBench {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int SECONDS = 600;
  private static final int WARM_UP = 20;
  private static final int IN_A_ROW = 5;
  private static final long MILLI = 1_000_000;

  private final int pictures;

  /**
   * @param pictures of each kind
   */
  FramesBench(int pictures) {
    this.pictures = pictures;
  }

  private interface Take {
    void picture(long producerNs) throws IOException;
  }

  void run(Path folder) throws IOException {
    for (FramesMedia media : FramesMedia.values()) {
      for (int height : new int[] {720, 1080}) {
        String name = media.name().toLowerCase(Locale.ROOT) + " " + height + "p";
        Path own = Files.createDirectory(folder.resolve(name.replace(' ', '-')));
        Path file = media.make(own, height, SECONDS);
        try (var weir = new RunningWeir(own.resolve("data"))) {
          String query = "?timecodes=relative&start=" + START;
          int status = weir.push("cam", file, query).statusCode();
          if (status != 200) {
            throw new IllegalStateException("push: " + status);
          }
          measure(name, file, weir, own);
          if (media == FramesMedia.STREET) {
            series(name, file, weir, own);
          }
        }
      }
    }
  }

  private void measure(String name, Path file, RunningWeir weir, Path folder) throws IOException {
    StreamId stream = weir.server().archive().streams().getFirst();
    List<Long> keys = keyFrames(weir.server().archive(), stream);
    Take byWeir =
        ns -> {
          var _ = weir.bytes("/v1/streams/cam/frame.jpg?at=" + ns / MILLI);
        };
    Take byProgram =
        ns ->
            Program.run(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-ss",
                seconds(ns - keys.getFirst()),
                "-i",
                file.toString(),
                "-frames:v",
                "1",
                "-q:v",
                "3",
                folder.resolve("x.jpg").toString());
    try (var decoders = Decoders.open(DecoderOptions.DEFAULT.withKinds(DecoderKind.JCODEC))) {
      var frames = new Frames(weir.server().archive(), decoders);
      PictureOutput jpeg = PictureOutput.of(ImageFormat.JPEG);
      Take byJCodec =
          ns -> {
            var when = new When.At(ns, Clock.PRODUCER);
            var _ = frames.picture(stream, when, jpeg);
          };
      var takes = new LinkedHashMap<String, Take>();
      takes.put("Weir", byWeir);
      takes.put("ffmpeg", byProgram);
      measure(name + " mid-GOP", takes, keys, 1020 * MILLI);
      takes.put("JCodec", byJCodec);
      measure(name + " key frame", takes, keys, 20 * MILLI);
    }
    bare(name + " mid-GOP", file, 25);
    bare(name + " key frame", file, 0);
  }

  /**
   * Takes some pictures in each way in turn, over and over, so that what else the machine does
   * meets all alike.
   */
  private void measure(String what, Map<String, Take> takes, List<Long> keys, long afterNs)
      throws IOException {
    var times = new LinkedHashMap<String, List<Double>>();
    for (int first = -WARM_UP; first < pictures; first += IN_A_ROW) {
      for (Map.Entry<String, Take> way : takes.entrySet()) {
        for (int i = first; i < Math.min(pictures, first + IN_A_ROW); i++) {
          long from = System.nanoTime();
          way.getValue().picture(keys.get((WARM_UP + i) * 37 % keys.size()) + afterNs);
          if (i >= 0) {
            times
                .computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                .add((System.nanoTime() - from) / 1e6);
          }
        }
      }
    }
    var medians = new LinkedHashMap<String, Double>();
    times.forEach((way, each) -> {
      double sum = each.stream().mapToDouble(time -> time).sum();
      List<Double> sorted = each.stream().sorted().toList();
      medians.put(way, sorted.get(sorted.size() / 2));
      System.out.printf(
          Locale.ROOT,
          "%-22s %-8s p50 %7.1f ms   p95 %7.1f ms   %6.1f pictures/s%n",
          what,
          way,
          sorted.get(sorted.size() / 2),
          sorted.get(sorted.size() * 95 / 100),
          1000 * each.size() / sum);
    });
    double program = medians.getOrDefault("ffmpeg", 0.0);
    medians.forEach((way, median) ->
        System.out.printf(
            Locale.ROOT, "%-22s %-8s p50 : p50 of ffmpeg %.2f%n", what, way, program / median));
  }

  /** The frames that a picture needs, decoded with nothing else to be done. */
  private static void bare(String what, Path file, int behind) throws IOException {
    CodedSamples media = CodedSamples.of(file.resolveSibling(FramesMedia.ONCE));
    List<Double> times = BareDecoding.times(media.needed(behind));
    System.out.printf(
        Locale.ROOT,
        "%-22s decoding alone: p50 %.1f ms (%.1f to %.1f)%n",
        what,
        times.get(times.size() / 2),
        times.getFirst(),
        times.getLast());
  }

  /** When the key frames are shown, each the first picture of a fragment. */
  private static List<Long> keyFrames(Archive archive, StreamId stream) {
    var all = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);
    try (Timeline timeline = archive.find(stream, all, Clock.PRODUCER)) {
      return timeline.fragments().stream()
          .filter(FragmentEntry::startsWithSync)
          .map(FragmentEntry::producerTimeNs)
          .toList();
    }
  }

  private static String seconds(long ns) {
    return String.format(Locale.ROOT, "%d.%03d", ns / 1000 / MILLI, ns / MILLI % 1000);
  }

  private static void series(String name, Path file, RunningWeir weir, Path folder)
      throws IOException {
    long from = System.nanoTime();
    long bytes;
    HttpResponse<InputStream> answer =
        weir.send(
            HttpRequest.newBuilder(URI.create(weir.url("/v1/streams/cam/frames?every=1s"))),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      bytes = body.transferTo(OutputStream.nullOutputStream());
    }
    double ours = (System.nanoTime() - from) / 1e9;
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    from = System.nanoTime();
    Program.run(
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-i",
        file.toString(),
        "-vf",
        "fps=1",
        "-q:v",
        "3",
        pictures.resolve("%d.jpg").toString());
    double theirs = (System.nanoTime() - from) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%s, %d s at one a second: Weir %.1f s (%d MB), ffmpeg %.1f s; %.2f times faster%n",
        name,
        SECONDS,
        ours,
        bytes / 1_000_000,
        theirs,
        theirs / ours);
  }
}
