// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.model.MediaTime;
import dev.weir.model.Sample;
import dev.weir.model.Track;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples of one stored part that go into a clip, with the way from their times to the clip's.
 * Immutable.
 *
 * @param firstSample index of the first
 * @param endSample one past the index of the last
 * @param shiftTicks media time to clip time, ticks of the track
 * @param shiftNs producer time to clip time, nanoseconds
 */
record Slice(PlacedPart placed, int firstSample, int endSample, long shiftTicks, long shiftNs) {

  Track track() {
    return placed.track();
  }

  int sampleCount() {
    return endSample - firstSample;
  }

  boolean isWhole() {
    return sampleCount() == placed.part().sampleCount();
  }

  /** The samples as an MP4 clip has them: on the clip's line of time, ticks of the clip's track. */
  List<Sample> clipSamples(Archive archive) {
    var samples = new ArrayList<Sample>(sampleCount());
    for (Sample sample : samples(archive)) {
      long at = clipTicks(sample.decodeTime());
      samples.add(
          new Sample(
              at,
              fitted(clipTicks(sample.presentationTime()) - at),
              fitted(clipTicks(sample.decodeTime() + sample.duration()) - at),
              sample.size(),
              sample.sync(),
              sample.discardPaddingNs()));
    }
    return samples;
  }

  /** MP4 has 32 bits; only media that makes no sense needs more. */
  private static int fitted(long ticks) {
    return (int) Math.clamp(ticks, (long) Integer.MIN_VALUE, (long) Integer.MAX_VALUE);
  }

  private long clipTicks(long mediaTicks) {
    return MediaTime.rescale(
        mediaTicks + shiftTicks, track().timescale(), ClipTracks.of(track()).timescale());
  }

  List<Sample> samples(Archive archive) {
    return partSamples(archive).subList(firstSample, endSample);
  }

  private List<Sample> partSamples(Archive archive) {
    return archive.readSamples(placed.fragment(), placed.part());
  }

  /** Where the first sample's bytes begin in the part's payload. */
  long payloadOffset(Archive archive) {
    return firstSample == 0 ? 0 : bytes(partSamples(archive).subList(0, firstSample));
  }

  long payloadBytes(Archive archive) {
    return isWhole() ? placed.part().payloadBytes() : bytes(samples(archive));
  }

  private static long bytes(List<Sample> samples) {
    long sum = 0;
    for (Sample sample : samples) {
      sum += sample.size();
    }
    return sum;
  }

  /** Decode time of the first sample, clip ticks. */
  long firstDecodeTime(Archive archive) {
    long media =
        firstSample == 0
            ? placed.part().baseDecodeTime()
            : partSamples(archive).get(firstSample).decodeTime();
    return clipTicks(media);
  }

  /** Decode time at which the last sample ends, clip ticks. */
  long endDecodeTime(Archive archive) {
    if (endSample == placed.part().sampleCount()) {
      return clipTicks(placed.part().baseDecodeTime() + placed.part().durationTicks());
    }
    return clipTicks(partSamples(archive).get(endSample).decodeTime());
  }
}
