// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.control.Durations;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.model.UnsupportedMedia;
import dev.weir.playback.Publications;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Walks the fragments of a stream, each of which may be an occasion to tell something; so is that
 * none comes.
 */
final class FragmentsDue implements Due {

  /** A producer that comes back within this has not ended the stream. */
  private static final long ENDED_AFTER_NS = 3 * MediaTime.NANOS_PER_SECOND;

  private final Hook hook;
  private final StreamId stream;
  private final Messages messages;
  private final Publications publications;
  private final Occasions occasions;
  private final Feed feed;
  private final InstantSource clock;
  private final long startedNs;

  FragmentsDue(
      Hook hook,
      StreamId stream,
      Messages messages,
      Publications publications,
      Occasions occasions,
      Feed feed,
      InstantSource clock) {
    this.hook = hook;
    this.stream = stream;
    this.messages = messages;
    this.publications = publications;
    this.occasions = occasions;
    this.feed = feed;
    this.clock = clock;
    this.startedNs = TimeRange.nanos(clock.instant());
  }

  @Override
  public Optional<Step> next(Position position) {
    if (position.counter() != 0) {
      // Whatever was published meanwhile, what was begun is told to its end.
      return Optional.of(
          feed.begun(position)
              .map(fragment -> of(fragment, position))
              .orElseGet(
                  () -> Step.silently(position.finished(position.counter(), position.endNs()))));
    }
    Optional<Step> found = hook.latest() ? latest(position) : oldest(position);
    return found.isEmpty() && hook.on().byTime() && position.live() ? byTime(position) : found;
  }

  private Optional<Step> oldest(Position position) {
    long settled = feed.settledCounter();
    return feed.next(position)
        .map(fragment -> of(fragment, position.passed(Math.min(before(fragment), settled))));
  }

  /**
   * Of the newest fragment that has something to tell; without one, past all of them. What came
   * after it and has nothing is looked at once more, and passed, in the next step.
   */
  private Optional<Step> latest(Position position) {
    Optional<Step> newest = Optional.empty();
    for (FragmentEntry fragment : feed.waiting(position).reversed()) {
      Step step = of(fragment, position.passed(before(fragment)));
      if (!step.silent()) {
        return Optional.of(step);
      }
      if (newest.isEmpty()) {
        newest = Optional.of(step);
      }
    }
    return newest;
  }

  private static long before(FragmentEntry fragment) {
    return fragment.number().counter() - 1;
  }

  @Override
  public Optional<Delivery> again(Position position, String of) {
    return of.isEmpty()
        ? Optional.of(moment(position))
        : publications
            .find(stream, FragmentNumber.parse(of))
            .flatMap(fragment -> due(fragment, position));
  }

  private Step of(FragmentEntry fragment, Position position) {
    long counter = fragment.number().counter();
    Position done = position.finished(counter, fragment.producerEndNs());
    boolean replayed = position.replays(counter);
    boolean unasked = replayed && fragment.producerEndNs() <= position.replayNs();
    if (unasked || fragment.duplicateOf().isPresent()) {
      return Step.silently(done);
    }
    boolean tooOld = fragment.serverTimeNs() < nowNs() - hook.limit().toNanos();
    if (tooOld && !replayed && !hook.latest()) {
      return givenUp(fragment, "waited longer than " + Durations.format(hook.limit()), done);
    }
    try {
      return due(fragment, position)
          .map(delivery -> Step.told(delivery, position.delivered(counter)))
          .orElseGet(() -> Step.silently(done));
    } catch (MalformedMedia | UnsupportedMedia | LimitExceeded e) {
      // The same tomorrow: what follows must not wait for it.
      return givenUp(fragment, String.valueOf(e.getMessage()), done);
    }
  }

  private static Step givenUp(FragmentEntry fragment, String reason, Position done) {
    return Step.givenUp(fragment.number().toString(), fragment.producerTimeNs(), reason, done);
  }

  private Optional<Delivery> due(FragmentEntry fragment, Position position) {
    return occasions.of(fragment, position, position.deliveredOf(fragment.number().counter()));
  }

  /** Silence and the end: no fragment is left, and none has come for a while. */
  private Optional<Step> byTime(Position position) {
    StreamStatus status = publications.status(stream);
    long quietNs = nowNs() - Math.max(startedNs, status.lastPersistedServerNs());
    if (status.openSessions() == 0 && quietNs >= ENDED_AFTER_NS) {
      return Optional.of(
          hook.on() == HookEvent.END
              ? Step.told(moment(position), position.told(true, true))
              : Step.silently(position.told(true, false)));
    }
    boolean silence =
        hook.on() == HookEvent.SILENT
            && status.openSessions() > 0
            && !position.silent()
            && quietNs >= hook.after().toNanos();
    return silence
        ? Optional.of(Step.told(moment(position), position.told(false, true)))
        : Optional.empty();
  }

  private Delivery moment(Position position) {
    return messages.delivery(
        messages.body(position, position.endNs()), position, position.endNs(), "");
  }

  private long nowNs() {
    return TimeRange.nanos(clock.instant());
  }
}
