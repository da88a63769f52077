// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.model.AudioFormat;
import dev.weir.model.Codec;
import dev.weir.model.MediaTime;
import dev.weir.model.Part;
import dev.weir.model.Sample;
import dev.weir.model.Track;
import dev.weir.model.VideoFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of one track that is being filled. The newest sample, whose duration is not known until
 * the next one comes, is the <em>tail</em>. Confined to one thread.
 */
final class TrackParts {

  /** A sample whose decode time is known and whose duration may not be yet. */
  private record Pending(
      long decodeTime,
      long presentationTime,
      int statedDuration,
      boolean sync,
      int discardPaddingNs,
      ByteBuffer data) {}

  private final Track track;
  private final FragmentPolicy policy;
  private final long partTicks;
  private final List<Sample> samples = new ArrayList<>();
  private final List<ByteBuffer> payloads = new ArrayList<>();
  private long bytes;
  private @Nullable Pending tail;
  private int lastDuration;
  private long earliestDecodeTime = Long.MIN_VALUE;

  TrackParts(Track track, FragmentPolicy policy) {
    this.track = track;
    this.policy = policy;
    this.partTicks = Math.max(1, MediaTime.toTicks(policy.partNs(), track.timescale()));
  }

  /** The decode time a sample will get: strictly after the one before it. */
  long admissible(long decodeTime) {
    return Math.max(decodeTime, tail == null ? earliestDecodeTime : tail.decodeTime + 1);
  }

  /**
   * Adds the next sample in decode order; a part that is now long or large enough goes out first.
   */
  void add(DemuxedSample sample, long decodeTime, Consumer<Part> out) {
    long dts = admissible(decodeTime);
    // A sample moved later must not be shown before it is decoded.
    long pts =
        dts == decodeTime ? sample.presentationTime() : Math.max(sample.presentationTime(), dts);
    settleTail(dts);
    if (!samples.isEmpty()
        && (dts - samples.getFirst().decodeTime() >= partTicks || bytes >= policy.partBytes())) {
      close(out, false);
    }
    tail =
        new Pending(
            dts, pts, sample.duration(), sample.sync(), sample.discardPaddingNs(), sample.data());
  }

  /** Closes the part before a cut at {@code nextDecodeTime} of this very track. */
  void closeBefore(long nextDecodeTime, Consumer<Part> out) {
    settleTail(admissible(nextDecodeTime));
    close(out, false);
  }

  /**
   * Closes the part without its tail, which goes into the next fragment: its duration is not known
   * yet.
   */
  void closeKeepingTail(Consumer<Part> out) {
    close(out, false);
  }

  /** Closes the part at an end: the tail gets its stated duration, else the previous one. */
  void closeAtEnd(Consumer<Part> out) {
    if (tail == null) {
      close(out, false);
      return;
    }
    earliestDecodeTime = tail.decodeTime + 1;
    settleTail(tail.decodeTime + guessedDuration(tail));
    close(out, true);
  }

  private void settleTail(long nextDecodeTime) {
    if (tail == null) {
      return;
    }
    int duration = Math.toIntExact(nextDecodeTime - tail.decodeTime);
    samples.add(
        new Sample(
            tail.decodeTime,
            Math.clamp(
                tail.presentationTime - tail.decodeTime, Integer.MIN_VALUE, Integer.MAX_VALUE),
            duration,
            tail.data.remaining(),
            tail.sync,
            tail.discardPaddingNs));
    payloads.add(tail.data);
    bytes += tail.data.remaining();
    lastDuration = duration;
    tail = null;
  }

  private void close(Consumer<Part> out, boolean lastDurationGuessed) {
    if (samples.isEmpty()) {
      return;
    }
    var part = new Part(track.index(), samples, payloads, lastDurationGuessed);
    samples.clear();
    payloads.clear();
    bytes = 0;
    out.accept(part);
  }

  private int guessedDuration(Pending last) {
    if (last.statedDuration > 0) {
      return last.statedDuration;
    }
    if (lastDuration > 0) {
      return lastDuration;
    }
    long ticks =
        switch (track.codec()) {
          case Codec.Avc avc -> frameTicks(avc.video());
          case Codec.Hevc hevc -> frameTicks(hevc.video());
          case Codec.Aac aac -> frameTicks(aac.audio());
          case Codec.Opus _ -> track.timescale() / 50;
        };
    return Math.clamp(ticks, 1, Integer.MAX_VALUE);
  }

  private long frameTicks(VideoFormat video) {
    return video.frameRateNum() == 0
        ? track.timescale() / 25
        : (long) track.timescale() * video.frameRateDen() / video.frameRateNum();
  }

  private long frameTicks(AudioFormat audio) {
    return MediaTime.rescale(audio.frameSamples(), audio.sampleRate(), track.timescale());
  }
}
