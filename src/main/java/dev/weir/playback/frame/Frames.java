// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteWriter;
import dev.weir.container.mp4.InitSegment;
import dev.weir.container.mp4.MovieFragmentHeader;
import dev.weir.decode.DecodeRequest;
import dev.weir.decode.Decoders;
import dev.weir.decode.Picture;
import dev.weir.decode.PictureOutput;
import dev.weir.model.Bytes;
import dev.weir.model.Clock;
import dev.weir.model.Codec;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.LimitExceeded;
import dev.weir.model.NotFound;
import dev.weir.model.Sample;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.VideoFormat;
import dev.weir.playback.ProducerRange;
import dev.weir.playback.clip.Clip;
import dev.weir.playback.clip.ClipFormat;
import java.util.List;
import java.util.Optional;

/**
 * The picture shown at an instant: decoded, exact to the frame; or the key frame before it, as it
 * was coded. Thread-safe; blocks on the archive and on a decoder.
 */
public final class Frames {

  private final Archive archive;
  private final PictureFinder finder;
  private final Decoders decoders;

  public Frames(Archive archive, Decoders decoders) {
    this.archive = archive;
    this.finder = new PictureFinder(archive);
    this.decoders = decoders;
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
    return picture(stream, when, output, false);
  }

  private Frame picture(StreamId stream, When when, PictureOutput output, boolean nearestKey) {
    // The lease ends with reading: decoding works on memory.
    var decoding =
        finder.find(
            stream,
            when,
            found ->
                request(
                    found.run(), found.sync(), nearestKey ? found.sync() : found.sample(), output));
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
      case FrameRequest.Decoded(When when, FrameForm form, boolean nearestKey) ->
          picture(stream, when, form.output(), nearestKey);
    };
  }

  /** A request with what the answer needs besides. */
  private record Decoding(DecodeRequest request, long timeNs, boolean sync) {}

  private static Decoding request(VideoRun run, int sync, int picture, PictureOutput output) {
    long bytes = run.bytes(sync, picture);
    if (bytes > DecodeRequest.MAX_BYTES) {
      throw new LimitExceeded(
          "too much to decode for one picture",
          "samples since the key frame",
          "at most " + DecodeRequest.MAX_BYTES + " bytes",
          bytes + " bytes");
    }
    Sample wanted = run.sample(picture);
    return new Decoding(
        new DecodeRequest(
            run.track().codec(), run.coded(sync, picture), wanted.presentationTime(), output),
        run.timeNs(picture),
        wanted.sync());
  }

  /**
   * The key frame from which the picture shown at that moment is decoded, as an MP4 of one frame.
   * Blocking.
   *
   * @throws NotFound when nothing was recorded then
   */
  public Frame keyFrame(StreamId stream, When when) {
    return finder.find(
        stream,
        when,
        found -> {
          VideoRun run = found.run();
          Sample coded = run.sample(found.sync());
          var shown = new Sample(0, 0, coded.duration(), coded.size(), true);
          var file = new ByteWriter(coded.size() + 2048);
          file.bytes(InitSegment.of(List.of(run.track())));
          file.bytes(MovieFragmentHeader.of(run.track().index() + 1, 1, 0, List.of(shown)));
          file.bytes(run.read(found.sync(), found.sync()).getFirst());
          VideoFormat video = video(run.track().codec());
          return new Frame(
              Bytes.copyOf(file.asBuffer()),
              "video/mp4",
              video.width(),
              video.height(),
              run.timeNs(found.sync()),
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

  /**
   * The pictures shown at regular instants of a range, one after another. Each is given once, also
   * where it is shown at several of the instants.
   *
   * @param clock by which the range is meant
   * @param everyNs from instant to instant, positive
   * @param nearestKey gives the key frame before each instant instead
   */
  public FrameSeries series(
      StreamId stream,
      TimeRange range,
      Clock clock,
      long everyNs,
      boolean nearestKey,
      FrameForm form) {
    TimeRange byProducer = ProducerRange.of(archive, stream, range, clock);
    var plan =
        new SeriesPlan<>(archive, stream, byProducer, everyNs, nearestKey, Passes.Pass::read);
    return new FrameSeries(plan::next, decoders, form.output());
  }

  /**
   * The key frames shown at regular instants of a range as a film, each once, as they were coded.
   * Blocking.
   *
   * @param clock by which the range is meant
   * @param everyNs from instant to instant, positive
   * @param rate pictures a second of the film
   * @throws NotFound when there is none
   * @throws LimitExceeded when they are more than {@value Timelapse#MOST_PICTURES}
   * @throws dev.weir.model.Conflict when their codec or its configuration changes
   */
  public Clip timelapse(
      StreamId stream, TimeRange range, Clock clock, long everyNs, int rate, ClipFormat format) {
    TimeRange byProducer = ProducerRange.of(archive, stream, range, clock);
    return Timelapse.of(archive, stream, byProducer, everyNs).film(rate, format);
  }

  /** The key frames of a fragment, one after another. */
  public FrameSeries keyFramesOf(StreamId stream, FragmentNumber number, FrameForm form) {
    return new FrameSeries(new KeyFramesOf(archive, stream, number), decoders, form.output());
  }

  /**
   * The pictures of a fragment that are shown at whole multiples of a duration since the epoch, one
   * after another: always the same ones for the same fragment.
   *
   * @param everyNs positive
   */
  public FrameSeries dueIn(StreamId stream, FragmentEntry fragment, long everyNs, FrameForm form) {
    var range = new TimeRange(fragment.producerTimeNs(), fragment.producerEndNs());
    var plan =
        new SeriesPlan<>(
            archive,
            stream,
            Optional.of(fragment.run()),
            range,
            0,
            everyNs,
            false,
            Passes.Pass::read);
    return new FrameSeries(plan::next, decoders, form.output());
  }
}
