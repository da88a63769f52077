// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.model.Clock;
import dev.weir.model.Conflict;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.playback.ProducerRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes clips: any range of a stream as one file, its length known and no media read until it is
 * asked for. Thread-safe; blocks on the archive.
 */
public final class Clips {

  /** A progressive file states every sample before the first; beyond this it is fragmented. */
  public static final long FRAGMENTED_BEYOND_NS = 3600 * MediaTime.NANOS_PER_SECOND;

  /** Bounds what one request holds in memory: the index of a day, some tens of megabytes. */
  private static final long LONGEST_NS = 24 * 3600 * MediaTime.NANOS_PER_SECOND;

  /** How far before the range the sync sample is looked for, at first and at most. */
  private static final long LOOK_BACK_NS = 30 * MediaTime.NANOS_PER_SECOND;

  private static final long LONGEST_LOOK_BACK_NS = 30 * 60 * MediaTime.NANOS_PER_SECOND;

  /** Audio of the range may have arrived with fragments after it. */
  private static final long LOOK_AHEAD_NS = 5 * MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final long fragmentedBeyondNs;

  public Clips(Archive archive) {
    this(archive, FRAGMENTED_BEYOND_NS);
  }

  /**
   * @param fragmentedBeyondNs MP4 clips longer than this are fragmented
   */
  public Clips(Archive archive, long fragmentedBeyondNs) {
    this.archive = archive;
    this.fragmentedBeyondNs = fragmentedBeyondNs;
  }

  /**
   * A clip of everything recorded in a range. Gaps in it are left out. By {@link Clock#SERVER} the
   * range begins and ends where the media does that the server was receiving then.
   *
   * @throws NotFound when nothing is recorded in the range
   * @throws Conflict when the codec or its configuration changes within it
   * @throws LimitExceeded when it is longer than a day
   */
  public Clip open(StreamId stream, TimeRange range, Clock clock, ClipFormat format) {
    TimeRange bounded = bounded(stream, ProducerRange.of(archive, stream, range, clock));
    long lookBackNs = LOOK_BACK_NS;
    while (true) {
      Timeline timeline = archive.find(stream, widened(bounded, lookBackNs), Clock.PRODUCER);
      boolean handedOver = false;
      try {
        List<Piece> pieces =
            pieces(Stretch.stretches(timeline, timeline.fragments()), bounded, format);
        boolean settled =
            pieces.getFirst().startIsSettled(bounded)
                || !pieces
                    .getFirst()
                    .stretch()
                    .fragments()
                    .getFirst()
                    .equals(timeline.fragments().getFirst());
        if (settled || lookBackNs >= LONGEST_LOOK_BACK_NS) {
          Clip clip = clip(timeline, ClipPlan.of(pieces), bounded, format);
          handedOver = true;
          return clip;
        }
        lookBackNs *= 4;
      } finally {
        if (!handedOver) {
          timeline.close();
        }
      }
    }
  }

  /**
   * A clip of some fragments alone, whatever else was recorded of the time between them.
   *
   * @param span the producer time that they cover
   * @throws NotFound when none of them is there
   * @throws Conflict when the codec or its configuration changes among them
   * @throws LimitExceeded when they cover more than a day
   */
  public Clip of(StreamId stream, Set<FragmentNumber> chosen, TimeRange span, ClipFormat format) {
    TimeRange bounded = bounded(stream, span);
    Timeline timeline = archive.findAll(stream, bounded, Clock.PRODUCER);
    boolean handedOver = false;
    try {
      List<FragmentEntry> fragments =
          timeline.fragments().stream().filter(each -> chosen.contains(each.number())).toList();
      List<Piece> pieces = pieces(Stretch.stretches(timeline, fragments), bounded, format);
      Clip clip = clip(timeline, ClipPlan.of(pieces), bounded, format);
      handedOver = true;
      return clip;
    } finally {
      if (!handedOver) {
        timeline.close();
      }
    }
  }

  /** The range cut to what is recorded, so that an open end costs nothing. */
  private TimeRange bounded(StreamId stream, TimeRange range) {
    StreamStatus status = archive.status(stream);
    long fromNs = Math.max(range.fromNs(), status.firstProducerNs() - LOOK_BACK_NS);
    long toNs = Math.min(range.toNs(), status.lastProducerNs() + LOOK_AHEAD_NS);
    if (status.fragments() == 0 || fromNs >= toNs) {
      throw nothing(range);
    }
    if (toNs - fromNs > LONGEST_NS + LOOK_BACK_NS + LOOK_AHEAD_NS) {
      throw new LimitExceeded(
          "clip too long",
          "from, to",
          "at most 24 hours",
          TimeRange.instant(fromNs) + " to " + TimeRange.instant(toNs));
    }
    return new TimeRange(fromNs, toNs);
  }

  private static TimeRange widened(TimeRange range, long lookBackNs) {
    return new TimeRange(range.fromNs() - lookBackNs, range.toNs() + LOOK_AHEAD_NS);
  }

  private List<Piece> pieces(List<Stretch> all, TimeRange range, ClipFormat format) {
    List<Stretch> stretches = all.stream().filter(stretch -> stretch.meets(range)).toList();
    List<Piece> pieces = piecesOf(stretches, range, format);
    if (pieces.isEmpty()) {
      // No picture begins in it: what it shows is the one before.
      pieces =
          stretches.stream()
              .flatMap(stretch -> stretch.shownAt(archive, range.fromNs()).stream())
              .findFirst()
              .map(startNs -> piecesOf(stretches, new TimeRange(startNs, range.toNs()), format))
              .orElse(List.of());
    }
    if (pieces.isEmpty()) {
      throw nothing(range);
    }
    return pieces;
  }

  private List<Piece> piecesOf(List<Stretch> stretches, TimeRange range, ClipFormat format) {
    return stretches.stream()
        .map(stretch ->
            switch (format) {
              case MP4 -> Piece.exact(archive, stretch, range);
              case MKV -> Piece.fromSync(archive, stretch, range);
            })
        .flatMap(Optional::stream)
        .toList();
  }

  private Clip clip(Timeline timeline, ClipPlan plan, TimeRange range, ClipFormat format) {
    boolean fragmented = format == ClipFormat.MP4 && plan.lengthNs() > fragmentedBeyondNs;
    ByteSource body =
        switch (format) {
          case MP4 ->
              fragmented
                  ? FragmentedClip.of(archive, plan, timeline::close)
                  : ProgressiveClip.of(archive, plan, timeline::close);
          case MKV -> MatroskaClip.of(archive, plan, range, timeline::close);
        };
    return new Clip(
        body,
        format.contentType(),
        EntityTag.of(plan, fragmented ? "fragmented" : format.name()),
        plan.fromNs(),
        plan.toNs(),
        plan.ranges());
  }

  private static NotFound nothing(TimeRange range) {
    return new NotFound(
        "no media",
        "from, to",
        "a range with recorded media",
        TimeRange.instant(range.fromNs()) + " to " + TimeRange.instant(range.toNs()));
  }
}
