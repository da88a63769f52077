// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.Frame;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** What fragments bring about, and what their absence does. */
final class FragmentsDue implements Due {

  /** Fragments that are this near to each other have no gap between them. */
  private static final long JOINED_WITHIN_NS = 100 * MediaTime.NANOS_PER_MILLI;

  /** A producer that comes back within this has not ended the stream. */
  private static final long ENDED_AFTER_NS = 3 * MediaTime.NANOS_PER_SECOND;

  private final Hook hook;
  private final StreamId stream;
  private final Messages messages;
  private final Publications publications;
  private final SharedPictures pictures;
  private final Feed feed;
  private final InstantSource clock;
  private final long startedNs;

  FragmentsDue(
      Hook hook,
      StreamId stream,
      Messages messages,
      Publications publications,
      SharedPictures pictures,
      Feed feed,
      InstantSource clock) {
    this.hook = hook;
    this.stream = stream;
    this.messages = messages;
    this.publications = publications;
    this.pictures = pictures;
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
    long settled = feed.settledCounter();
    Optional<FragmentEntry> found = hook.latest() ? feed.newest(position) : feed.next(position);
    if (found.isPresent()) {
      long before = found.get().number().counter() - 1;
      return Optional.of(
          of(found.get(), position.passed(hook.latest() ? before : Math.min(before, settled))));
    }
    return hook.on().byTime() && position.live() ? byTime(position) : Optional.empty();
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
      return Step.givenUp(fragment.number().toString(), fragment.producerTimeNs(), done);
    }
    return due(fragment, position)
        .map(delivery -> Step.told(delivery, position.delivered(counter)))
        .orElseGet(() -> Step.silently(done));
  }

  private Optional<Delivery> due(FragmentEntry fragment, Position position) {
    int index = position.deliveredOf(fragment.number().counter());
    return switch (hook.on()) {
      case FRAME -> frame(fragment, position, index);
      case FRAGMENT -> once(index, true, () -> fragment(fragment, position));
      case START ->
          once(
              index, !position.live(), () -> moment(position, fragment.producerTimeNs(), fragment));
      case GAP -> once(index, isGap(fragment, position), () -> gap(fragment, position));
      case END, SILENT, RECORD -> Optional.empty();
    };
  }

  private interface Make {
    Delivery delivery();
  }

  private static Optional<Delivery> once(int index, boolean due, Make make) {
    return index == 0 && due ? Optional.of(make.delivery()) : Optional.empty();
  }

  private Optional<Delivery> frame(FragmentEntry fragment, Position position, int index) {
    int wanted = index;
    if (hook.latest()) {
      if (index > 0) {
        return Optional.empty();
      }
      while (pictures.picture(stream, fragment, hook, wanted + 1).isPresent()) {
        wanted++;
      }
    }
    return pictures
        .picture(stream, fragment, hook, wanted)
        .map(frame -> delivery(frame, fragment, position));
  }

  private Delivery delivery(Frame frame, FragmentEntry fragment, Position position) {
    long timeNs = frame.producerTimeMs() * MediaTime.NANOS_PER_MILLI;
    String number = fragment.number().toString();
    if (!hook.json()) {
      return new Delivery(
          HookEvent.FRAME,
          position.sequence() + 1,
          timeNs,
          number,
          frame.mediaType(),
          frame.file());
    }
    ObjectNode body = messages.body(position, timeNs).put("fragment", number);
    body.put("mediaType", frame.mediaType()).put("width", frame.width());
    body.put("height", frame.height()).put("keyFrame", frame.sync());
    body.put("image", Base64.getEncoder().encodeToString(frame.file().toArray()));
    return messages.delivery(body, position, timeNs, number);
  }

  private Delivery fragment(FragmentEntry fragment, Position position) {
    String number = fragment.number().toString();
    ObjectNode body = messages.body(position, fragment.producerTimeNs());
    body.put("fragment", number)
        .put("serverTime", Messages.time(fragment.serverTimeNs()))
        .put("durationMs", fragment.durationNs() / MediaTime.NANOS_PER_MILLI)
        .put("bytes", fragment.payloadBytes())
        .put("startsWithSync", fragment.startsWithSync());
    return messages.delivery(body, position, fragment.producerTimeNs(), number);
  }

  private static boolean isGap(FragmentEntry fragment, Position position) {
    return position.endNs() != Long.MIN_VALUE
        && fragment.producerTimeNs() > position.endNs() + JOINED_WITHIN_NS;
  }

  private Delivery gap(FragmentEntry fragment, Position position) {
    var range = new TimeRange(position.endNs(), fragment.producerTimeNs());
    Optional<Gap> declared = publications.declaredGap(stream, range);
    ObjectNode body = messages.body(position, range.fromNs());
    body.put("from", Messages.time(range.fromNs())).put("to", Messages.time(range.toNs()));
    body.put(
        "reason",
        declared.map(gap -> gap.reason().name().toLowerCase(Locale.ROOT)).orElse("source"));
    body.put("detail", declared.map(Gap::detail).orElse("nothing was sent"));
    return messages.delivery(body, position, range.fromNs(), fragment.number().toString());
  }

  private Delivery moment(Position position, long timeNs, FragmentEntry fragment) {
    String number = fragment.number().toString();
    ObjectNode body = messages.body(position, timeNs).put("fragment", number);
    return messages.delivery(body, position, timeNs, number);
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
