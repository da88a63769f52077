// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.model.Codec;
import dev.weir.model.MediaTime;
import dev.weir.model.Sample;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.VideoFormat;
import java.util.List;
import java.util.Optional;

/**
 * The samples of one track in one stretch that a clip needs: everything shown in its range and what
 * that is decoded from, contiguous in decode order. Immutable.
 *
 * @param parts of the track, in decode order
 * @param firstPart index of the part that holds the first sample
 * @param firstSample its place in that part
 * @param lastPart index of the part that holds the last sample
 * @param endSample one past its place in that part
 * @param fromNs producer time of its first moment shown: that of the first sample presented in the
 *     range, rounded down to a tick
 * @param firstShownNs producer time of the first sample presented in the range
 * @param skippedSamples of what is decoded of that sample, dropped at its start (Opus, 48 kHz)
 * @param paddingSamples of what is decoded of the last sample, dropped at its end (Opus, 48 kHz)
 * @param toNs producer time at which its last shown sample ends, not after the range
 * @param firstSampleNs producer time at which the first sample is presented
 * @param startsAtOrBefore the first sample is presented at or before the start of the range
 */
record TrackSelection(
    List<PlacedPart> parts,
    int firstPart,
    int firstSample,
    int lastPart,
    int endSample,
    long fromNs,
    long firstShownNs,
    int skippedSamples,
    int paddingSamples,
    long toNs,
    long firstSampleNs,
    boolean startsAtOrBefore) {

  /** A place in a list of parts. */
  private record Place(int part, int sample, Sample at) {}

  /**
   * Selects.
   *
   * @param range what is to be shown
   * @param audioFromNs audio begins with the first sample presented at or after this
   */
  static Optional<TrackSelection> of(
      Archive archive, List<PlacedPart> parts, TimeRange range, long audioFromNs) {
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    var reader = new Reader(archive, parts, range);
    Optional<Place> start =
        switch (parts.getFirst().track().kind()) {
          case VIDEO -> reader.syncAtOrBefore().or(reader::firstSync);
          case AUDIO -> reader.firstFrom(audioFromNs);
        };
    return start.flatMap(reader::upTo);
  }

  /** The search, with what it needs everywhere. */
  private record Reader(Archive archive, List<PlacedPart> parts, TimeRange range) {

    private List<Sample> samples(int part) {
      return archive.readSamples(parts.get(part).fragment(), parts.get(part).part());
    }

    private long ns(int part, Sample sample) {
      return parts.get(part).producerNs(sample.presentationTime());
    }

    /** The last sync sample presented at or before the start: nothing from there on needs more. */
    Optional<Place> syncAtOrBefore() {
      for (int part = parts.size() - 1; part >= 0; part--) {
        if (parts.get(part).firstPresentationNs() > range.fromNs()) {
          continue;
        }
        List<Sample> samples = samples(part);
        for (int i = samples.size() - 1; i >= 0; i--) {
          if (samples.get(i).sync() && ns(part, samples.get(i)) <= range.fromNs()) {
            return Optional.of(new Place(part, i, samples.get(i)));
          }
        }
      }
      return Optional.empty();
    }

    Optional<Place> firstSync() {
      for (int part = 0; part < parts.size(); part++) {
        if (parts.get(part).firstPresentationNs() >= range.toNs()) {
          continue;
        }
        List<Sample> samples = samples(part);
        for (int i = 0; i < samples.size(); i++) {
          if (samples.get(i).sync()) {
            return Optional.of(new Place(part, i, samples.get(i)));
          }
        }
      }
      return Optional.empty();
    }

    Optional<Place> firstFrom(long fromNs) {
      int part = 0;
      while (part + 1 < parts.size() && parts.get(part + 1).firstPresentationNs() <= fromNs) {
        part++;
      }
      for (; part < parts.size(); part++) {
        List<Sample> samples = samples(part);
        for (int i = 0; i < samples.size(); i++) {
          if (ns(part, samples.get(i)) >= fromNs) {
            return Optional.of(new Place(part, i, samples.get(i)));
          }
        }
      }
      return Optional.empty();
    }

    /** Completes the selection: up to the last sample in decode order that is shown. */
    Optional<TrackSelection> upTo(Place start) {
      int last = parts.size() - 1;
      while (last >= start.part && parts.get(last).firstPresentationNs() >= range.toNs()) {
        last--;
      }
      if (last < start.part) {
        return Optional.empty();
      }
      List<Sample> samples = samples(last);
      int end = samples.size();
      while (end > 0 && ns(last, samples.get(end - 1)) >= range.toNs()) {
        end--;
      }
      long shownEndNs = shownEndNs(start, last, end);
      if (shownEndNs == Long.MIN_VALUE) {
        return Optional.empty();
      }
      long firstNs = ns(start.part, start.at);
      long firstShownNs = firstShownNs(start, last, end);
      int skipped = skippedSamples(start, firstShownNs);
      return Optional.of(
          new TrackSelection(
              parts,
              start.part,
              start.sample,
              last,
              end,
              fromNs(start, firstShownNs, skipped),
              firstShownNs,
              skipped,
              paddingSamples(samples, end, shownEndNs),
              Math.min(range.toNs(), shownEndNs),
              firstNs,
              firstNs <= range.fromNs()));
    }

    /** Pictures may stand up to the reorder depth away from where they are decoded. */
    private long shownEndNs(Place start, int last, int end) {
      int reach = 1 + reorderDepth(parts.getFirst().track());
      long endNs = Long.MIN_VALUE;
      for (int part = last; part >= start.part && part >= last - reach; part--) {
        List<Sample> samples = samples(part);
        int to = part == last ? end : samples.size();
        for (int i = part == start.part ? start.sample : 0; i < to; i++) {
          Sample sample = samples.get(i);
          long ns = ns(part, sample);
          if (ns >= range.fromNs() && ns < range.toNs()) {
            endNs =
                Math.max(
                    endNs,
                    parts.get(part).producerNs(sample.presentationTime() + sample.duration()));
          }
        }
      }
      return endNs;
    }

    /** The earliest sample presented in the range; what comes before it is decoded and hidden. */
    private long firstShownNs(Place start, int last, int end) {
      long earliestNs = Long.MAX_VALUE;
      int partsToGo = 1 + reorderDepth(parts.getFirst().track());
      for (int part = start.part; part <= last && partsToGo > 0; part++) {
        List<Sample> samples = samples(part);
        int to = part == last ? end : samples.size();
        for (int i = part == start.part ? start.sample : 0; i < to; i++) {
          long ns = ns(part, samples.get(i));
          if (ns >= range.fromNs()) {
            earliestNs = Math.min(earliestNs, ns);
          }
        }
        if (earliestNs != Long.MAX_VALUE) {
          partsToGo--;
        }
      }
      return earliestNs;
    }

    /** What a decoder makes of the first samples of all is dropped (RFC 7845 § 4.2). */
    private int skippedSamples(Place start, long firstShownNs) {
      return parts.get(start.part).track().codec() instanceof Codec.Opus opus
              && firstShownNs == ns(start.part, start.at)
          ? opus.audio().preSkipSamples()
          : 0;
    }

    /** What the producer put behind its end to fill the last packet (RFC 7845 § 4.4). */
    private int paddingSamples(List<Sample> lastPart, int end, long shownEndNs) {
      return end == 0 || shownEndNs > range.toNs()
          ? 0
          : (int) MediaTime.toTicks(lastPart.get(end - 1).discardPaddingNs(), ClipTracks.OPUS_RATE);
    }

    private long fromNs(Place start, long firstShownNs, int skippedSamples) {
      if (skippedSamples == 0) {
        return firstShownNs;
      }
      PlacedPart part = parts.get(start.part);
      long skippedTicks = (long) skippedSamples * part.track().timescale() / ClipTracks.OPUS_RATE;
      return part.producerNs(start.at.presentationTime() + skippedTicks);
    }
  }

  private static int reorderDepth(Track track) {
    return switch (track.codec()) {
      case Codec.Avc(_, _, VideoFormat video) -> video.reorderDepth();
      case Codec.Hevc(_, _, VideoFormat video) -> video.reorderDepth();
      case Codec.Aac _, Codec.Opus _ -> 0;
    };
  }

  /** Which samples of a part belong to the selection; empty range when none. */
  int firstSampleOf(int part) {
    return part < firstPart ? Integer.MAX_VALUE : part == firstPart ? firstSample : 0;
  }

  int endSampleOf(int part) {
    if (part > lastPart) {
      return 0;
    }
    return part == lastPart ? endSample : parts.get(part).part().sampleCount();
  }
}
