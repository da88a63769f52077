// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteWriter;
import dev.weir.container.mp4.InitSegment;
import dev.weir.container.mp4.MovieFragmentHeader;
import dev.weir.decode.CodedSample;
import dev.weir.decode.DecodeRequest;
import dev.weir.decode.Decoders;
import dev.weir.decode.Picture;
import dev.weir.decode.PictureOutput;
import dev.weir.model.Bytes;
import dev.weir.model.Clock;
import dev.weir.model.Codec;
import dev.weir.model.FragmentEntry;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.TrackKind;
import dev.weir.model.VideoFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The picture shown at an instant: decoded, exact to the frame; or the key frame before it, as it
 * was coded. Thread-safe; blocks on the archive and on a decoder.
 */
public final class Frames {

  /** Fragments this near are looked at with the one that covers the instant: leading pictures. */
  private static final long NEIGHBOURHOOD_NS = 2 * MediaTime.NANOS_PER_SECOND;

  /** How far back a key frame is looked for. */
  private static final long LONGEST_LOOK_BACK_NS = 600 * MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final Decoders decoders;

  public Frames(Archive archive, Decoders decoders) {
    this.archive = archive;
    this.decoders = decoders;
  }

  /** What was found: a sample, and the sync sample from which it can be decoded. */
  private record Found(VideoRun run, int sync, int sample) {}

  private interface Use<T> {
    T of(Found found);
  }

  /**
   * The picture shown at that moment, decoded. Blocking.
   *
   * @throws NotFound when nothing was recorded then
   * @throws LimitExceeded when the key frame lies too far back
   * @throws dev.weir.model.UnsupportedMedia when no decoder can do it
   * @throws dev.weir.model.MalformedMedia when the stored samples can't be decoded
   * @throws dev.weir.model.Overloaded when no decoder is free
   */
  public Frame picture(StreamId stream, When when, PictureOutput output) {
    // The lease ends with reading: decoding works on memory.
    var decoding = find(stream, when, found -> request(found, output));
    Picture picture = decoders.decode(decoding.request);
    return new Frame(
        picture.image(),
        output.format().mediaType(),
        picture.width(),
        picture.height(),
        decoding.timeNs,
        decoding.sync);
  }

  /** What was asked for. Blocking; throws as {@link #picture} does. */
  public Frame frame(StreamId stream, FrameRequest request) {
    return switch (request) {
      case FrameRequest.KeyFrame(When when) -> keyFrame(stream, when);
      case FrameRequest.Decoded(When when, PictureOutput output) -> picture(stream, when, output);
    };
  }

  /** A request with what the answer needs besides. */
  private record Decoding(DecodeRequest request, long timeNs, boolean sync) {}

  private static Decoding request(Found found, PictureOutput output) {
    VideoRun run = found.run;
    long bytes = run.bytes(found.sync, found.sample);
    if (bytes > DecodeRequest.MAX_BYTES) {
      throw new LimitExceeded(
          "too much to decode for one picture",
          "samples since the key frame",
          "at most " + DecodeRequest.MAX_BYTES + " bytes",
          bytes + " bytes");
    }
    var samples = new ArrayList<CodedSample>();
    int index = found.sync;
    for (ByteBuffer data : run.read(found.sync, found.sample)) {
      Sample sample = run.sample(index++);
      samples.add(new CodedSample(sample.presentationTime(), sample.sync(), data));
    }
    Sample wanted = run.sample(found.sample);
    return new Decoding(
        new DecodeRequest(run.track().codec(), samples, wanted.presentationTime(), output),
        run.timeNs(found.sample),
        wanted.sync());
  }

  /**
   * The key frame from which the picture shown at that moment is decoded, as an MP4 of one frame.
   * Blocking.
   *
   * @throws NotFound when nothing was recorded then
   */
  public Frame keyFrame(StreamId stream, When when) {
    return find(
        stream,
        when,
        found -> {
          VideoRun run = found.run;
          Sample coded = run.sample(found.sync);
          var shown = new Sample(0, 0, coded.duration(), coded.size(), true);
          var file = new ByteWriter(coded.size() + 2048);
          file.bytes(InitSegment.of(List.of(run.track())));
          file.bytes(MovieFragmentHeader.of(run.track().index() + 1, 1, 0, List.of(shown)));
          file.bytes(run.read(found.sync, found.sync).getFirst());
          VideoFormat video = video(run.track().codec());
          return new Frame(
              Bytes.copyOf(file.asBuffer()),
              "video/mp4",
              video.width(),
              video.height(),
              run.timeNs(found.sync),
              true);
        });
  }

  private static VideoFormat video(Codec codec) {
    return switch (codec) {
      case Codec.Avc avc -> avc.video();
      case Codec.Hevc hevc -> hevc.video();
      case Codec.Aac _, Codec.Opus _ -> throw new IllegalStateException(codec.shortName());
    };
  }

  private <T> T find(StreamId stream, When when, Use<T> use) {
    return switch (when) {
      case When.Latest _ -> latest(stream, use);
      case When.At at when at.clock() == Clock.PRODUCER ->
          atProducerTime(stream, at.utcNs(), Optional.empty(), use);
      case When.At at -> atServerTime(stream, at.utcNs(), use);
    };
  }

  /** By the server's clock only fragments have a time; within one, the producer's clock goes on. */
  private <T> T atServerTime(StreamId stream, long serverNs, Use<T> use) {
    RunId run;
    long producerNs;
    try (Timeline timeline = archive.find(stream, instant(serverNs), Clock.SERVER)) {
      FragmentEntry covering =
          timeline.fragments().stream()
              .filter(each -> hasVideo(timeline, each))
              .max(Comparator.comparingLong(FragmentEntry::serverTimeNs))
              .orElseThrow(() -> nothing(TimeRange.instant(serverNs).toString()));
      run = covering.run();
      producerNs = covering.producerTimeNs() + (serverNs - covering.serverTimeNs());
    }
    return atProducerTime(stream, producerNs, Optional.of(run), use);
  }

  private <T> T atProducerTime(StreamId stream, long producerNs, Optional<RunId> only, Use<T> use) {
    try (Timeline timeline = around(stream, producerNs)) {
      for (RunId run : runs(timeline)) {
        if (only.isPresent() && !only.get().equals(run)) {
          continue;
        }
        VideoRun video = video(timeline, run);
        OptionalInt shown = video.shownAt(producerNs);
        if (shown.isPresent()) {
          return decodable(stream, video, shown.getAsInt(), use);
        }
      }
    }
    throw nothing(TimeRange.instant(producerNs).toString());
  }

  private <T> T latest(StreamId stream, Use<T> use) {
    try (Timeline live = archive.liveEdge(stream, NEIGHBOURHOOD_NS)) {
      for (FragmentEntry fragment : live.fragments().reversed()) {
        if (hasVideo(live, fragment)) {
          VideoRun video = video(live, fragment.run());
          return decodable(stream, video, video.last().orElseThrow(), use);
        }
      }
    }
    // Nothing came in live order: what was back-filled last in time.
    long end = archive.status(stream).lastProducerNs();
    try (Timeline timeline = around(stream, end)) {
      for (RunId run : runs(timeline)) {
        VideoRun video = video(timeline, run);
        OptionalInt last = video.last();
        if (last.isPresent()) {
          return decodable(stream, video, last.getAsInt(), use);
        }
      }
    }
    throw nothing("latest");
  }

  /** Goes back to a sync sample, through earlier fragments of the run if need be. */
  private <T> T decodable(StreamId stream, VideoRun video, int sample, Use<T> use) {
    OptionalInt sync = video.syncFor(sample);
    if (sync.isPresent()) {
      return use.of(new Found(video, sync.getAsInt(), sample));
    }
    long wantedNs = video.timeNs(sample);
    long wantedDecodeTime = video.sample(sample).decodeTime();
    long reachNs = 2 * NEIGHBOURHOOD_NS;
    while (true) {
      var range = new TimeRange(wantedNs - reachNs, wantedNs + NEIGHBOURHOOD_NS);
      try (Timeline longer = archive.find(stream, range, Clock.PRODUCER)) {
        VideoRun whole = video(longer, video.run().run());
        OptionalInt at = whole.indexOf(wantedDecodeTime);
        OptionalInt start = at.isPresent() ? whole.syncFor(at.getAsInt()) : at;
        if (start.isPresent()) {
          return use.of(new Found(whole, start.getAsInt(), at.getAsInt()));
        }
        boolean reachedItsStart = whole.startsAtNs() > wantedNs - reachNs;
        if (reachedItsStart || reachNs > LONGEST_LOOK_BACK_NS) {
          throw new NotFound(
              "no key frame before the picture",
              "at",
              "a key frame of the run in the " + reachNs / MediaTime.NANOS_PER_SECOND + " s before",
              "none");
        }
      }
      reachNs *= 2;
    }
  }

  private Timeline around(StreamId stream, long producerNs) {
    long from = Math.max(producerNs, Long.MIN_VALUE + NEIGHBOURHOOD_NS) - NEIGHBOURHOOD_NS;
    long to = Math.min(producerNs, Long.MAX_VALUE - NEIGHBOURHOOD_NS) + NEIGHBOURHOOD_NS;
    return archive.find(stream, new TimeRange(from, to), Clock.PRODUCER);
  }

  private static TimeRange instant(long ns) {
    return new TimeRange(Math.min(ns, Long.MAX_VALUE - 1), Math.min(ns, Long.MAX_VALUE - 1) + 1);
  }

  private static boolean hasVideo(Timeline timeline, FragmentEntry fragment) {
    var main = timeline.run(fragment).mainTrack();
    return main.kind() == TrackKind.VIDEO && !fragment.parts(main.index()).isEmpty();
  }

  /** The runs with video: those in live order first, then the one pushed last. */
  private static List<RunId> runs(Timeline timeline) {
    var runs = new LinkedHashSet<RunId>();
    timeline.fragments().stream()
        .filter(each -> hasVideo(timeline, each))
        .sorted(
            Comparator.<FragmentEntry, Boolean>comparing(each -> each.live().isEmpty())
                .thenComparing(FragmentEntry::number, Comparator.reverseOrder()))
        .forEach(each -> runs.add(each.run()));
    return List.copyOf(runs);
  }

  private VideoRun video(Timeline timeline, RunId run) {
    List<FragmentEntry> fragments =
        timeline.fragments().stream().filter(each -> each.run().equals(run)).toList();
    if (fragments.isEmpty()) {
      throw nothing("deleted meanwhile");
    }
    return new VideoRun(archive, timeline.run(fragments.getFirst()), fragments);
  }

  private static NotFound nothing(String at) {
    return new NotFound("no picture was recorded then", "at", "a time with video", at);
  }
}
