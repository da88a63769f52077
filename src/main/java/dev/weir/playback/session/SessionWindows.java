// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.session;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses what a session shows. Holds no state of a session: what it is of is asked with.
 * Thread-safe; blocks on the archive.
 */
public final class SessionWindows {

  /** How far back the newest fragments are looked for, and how long each is served, at least. */
  private static final long LIVE_WINDOW_NS = 600 * MediaTime.NANOS_PER_SECOND;

  /** Fragments are cut at this. */
  private static final long LONGEST_FRAGMENT_NS = 20 * MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final InstantSource clock;

  public SessionWindows(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
  }

  /** What {@link SessionQuery#settledCounter} is of a session that is opened now. */
  public long settledCounter(StreamId stream) {
    return archive.settledCounter(stream);
  }

  /** Server time at which the newest fragment of a stream ended, UTC nanoseconds. */
  public long newestServerNs(StreamId stream) {
    try (Timeline timeline = archive.liveEdge(stream, LIVE_WINDOW_NS)) {
      return timeline.fragments().isEmpty()
          ? Long.MIN_VALUE
          : Clock.SERVER.endNs(timeline.fragments().getLast());
    }
  }

  /**
   * Looks whether a fragment may be read by a session, which is bound to its range.
   *
   * @throws NotFound when it is not there, or not of the range
   */
  public void check(StreamId stream, SessionQuery query, FragmentNumber number) {
    try (Timeline timeline = archive.fragment(stream, number)) {
      if (timeline.fragments().stream()
          .noneMatch(each -> query.reaches(query.clock().startNs(each)))) {
        throw new NotFound(
            "no such fragment", "fragment", "one of the session's range", number.toString());
      }
    }
  }

  /** What a session is of that is opened now; empty when there is nothing to play. */
  public Optional<SessionQuery> begin(StreamId stream, SessionQuery query) {
    try (SessionWindow window = open(stream, query)) {
      if (window.shown().isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          switch (query.mode()) {
            case LIVE -> query.begun(earliestNs(window, query.clock()), Optional.empty());
            case LIVE_REPLAY ->
                query.begun(
                    query.fromNs(),
                    Optional.of(ReplayPace.of(window.listed(), query.mostFragments())));
            case ON_DEMAND -> query;
          });
    }
  }

  private static long earliestNs(SessionWindow window, Clock clock) {
    return window.shown().stream().mapToLong(clock::startNs).min().orElseThrow();
  }

  /** What is shown now; the caller closes it. */
  public SessionWindow open(StreamId stream, SessionQuery query) {
    return switch (query.mode()) {
      case LIVE -> live(stream, query, liveWindowNs(query));
      case LIVE_REPLAY -> replay(archive.find(stream, query.range(), query.clock()), query);
      case ON_DEMAND -> {
        Timeline timeline = archive.find(stream, query.range(), query.clock());
        List<FragmentEntry> listed = listed(timeline, query);
        int end = Math.min(listed.size(), query.mostFragments());
        yield new SessionWindow(timeline, listed, 0, end, true);
      }
    };
  }

  /**
   * The same of a live session, listed at least from a time on.
   *
   * @param producerNs UTC nanoseconds
   */
  public SessionWindow openSince(StreamId stream, SessionQuery query, long producerNs) {
    SessionWindow window = open(stream, query);
    List<FragmentEntry> listed = window.listed();
    if (listed.isEmpty() || listed.getFirst().producerTimeNs() <= producerNs) {
      return window;
    }
    long reachNs = listed.getLast().producerEndNs() - producerNs + LONGEST_FRAGMENT_NS;
    window.close();
    return live(stream, query, Math.max(reachNs, liveWindowNs(query)));
  }

  private static long liveWindowNs(SessionQuery query) {
    return Math.max(LIVE_WINDOW_NS, query.mostFragments() * LONGEST_FRAGMENT_NS);
  }

  private SessionWindow live(StreamId stream, SessionQuery query, long windowNs) {
    Timeline timeline = archive.liveEdge(stream, windowNs);
    int count = timeline.fragments().size();
    int first = Math.max(0, count - query.mostFragments());
    return new SessionWindow(timeline, timeline.fragments(), first, count, false);
  }

  /** From the begin on as much as has passed since the session began, and a window more. */
  private SessionWindow replay(Timeline timeline, SessionQuery query) {
    List<FragmentEntry> listed = listed(timeline, query);
    long passedNs = TimeRange.nanos(clock.instant()) - query.beganNs();
    int end =
        query
            .pace()
            .filter(pace -> !listed.isEmpty())
            .map(pace -> pace.shown(listed, passedNs))
            .orElse(Math.min(listed.size(), query.mostFragments()));
    int first = Math.max(0, end - query.mostFragments());
    boolean ended = query.toNs().isPresent() && end == listed.size();
    return new SessionWindow(timeline, listed, first, end, ended);
  }

  /**
   * What began before the range is not of it, nor what came late to a session that was open by
   * then. Of those that begin at one producer time the newest is taken.
   */
  private static List<FragmentEntry> listed(Timeline timeline, SessionQuery query) {
    var listed = new ArrayList<FragmentEntry>();
    for (FragmentEntry each : timeline.fragments()) {
      boolean settled = each.number().counter() <= query.settledCounter();
      if (query.clock().startNs(each) < query.fromNs() || !(settled || each.live().isPresent())) {
        continue;
      }
      boolean again =
          query.clock() == Clock.PRODUCER
              && !listed.isEmpty()
              && listed.getLast().producerTimeNs() == each.producerTimeNs();
      if (again) {
        listed.removeLast();
      }
      listed.add(each);
    }
    return listed;
  }
}
