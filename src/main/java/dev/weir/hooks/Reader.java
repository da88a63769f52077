// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.model.Bytes;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.Frame;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads what a hook is due in a stream out of the archive, step by step. The steps follow from the
 * position and the archive alone, but for silence and the end, which the clock brings. Confined to
 * one thread at a time; blocks on the archive and on a decoder.
 */
final class Reader {

  /** Fragments that are this near to each other have no gap between them. */
  private static final long JOINED_WITHIN_NS = 100 * MediaTime.NANOS_PER_MILLI;

  /** A producer that comes back within this has not ended the stream. */
  private static final long ENDED_AFTER_NS = 3 * MediaTime.NANOS_PER_SECOND;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Hook hook;
  private final Stream stream;
  private final Publications publications;
  private final SharedPictures pictures;
  private final Feed feed;
  private final InstantSource clock;
  private final long startedNs;

  Reader(
      Hook hook,
      Stream stream,
      Publications publications,
      SharedPictures pictures,
      Feed feed,
      InstantSource clock) {
    this.hook = hook;
    this.stream = stream;
    this.publications = publications;
    this.pictures = pictures;
    this.feed = feed;
    this.clock = clock;
    this.startedNs = TimeRange.nanos(clock.instant());
  }

  /**
   * A step.
   *
   * @param delivery what is to be told first, if anything
   * @param after the position once it was told
   * @param givenUp a fragment that is not told of any more, since it waited for too long
   */
  record Step(Optional<Delivery> delivery, Position after, Optional<FragmentEntry> givenUp) {

    static Step told(Delivery delivery, Position after) {
      return new Step(Optional.of(delivery), after, Optional.empty());
    }

    static Step silently(Position after) {
      return new Step(Optional.empty(), after, Optional.empty());
    }
  }

  /** The next step; empty while there is none. */
  Optional<Step> next(Position position) {
    if (position.counter() != 0) {
      // Whatever was published meanwhile, what was begun is told to its end.
      return Optional.of(
          feed.begun(position)
              .map(fragment -> of(fragment, position))
              .orElseGet(
                  () -> Step.silently(done(position.counter(), position.endNs(), position))));
    }
    Optional<FragmentEntry> found = hook.latest() ? feed.newest(position) : feed.next(position);
    if (found.isPresent()) {
      return Optional.of(of(found.get(), position));
    }
    return hook.on().byTime() && position.live() ? byTime(position) : Optional.empty();
  }

  /** The delivery that followed from a position and a fragment; empty when the fragment is gone. */
  Optional<Delivery> again(Position position, FragmentNumber number) {
    return publications.find(stream.id(), number).flatMap(fragment -> due(fragment, position));
  }

  private Position done(long counter, long endNs, Position position) {
    return position.finished(counter, endNs, feed.settledCounter());
  }

  private Step of(FragmentEntry fragment, Position position) {
    long counter = fragment.number().counter();
    Position done = done(counter, fragment.producerEndNs(), position);
    if (fragment.duplicateOf().isPresent() || fragment.producerEndNs() <= position.replayNs()) {
      return Step.silently(done);
    }
    boolean tooOld = fragment.serverTimeNs() < nowNs() - hook.limit().toNanos();
    if (tooOld && position.replayNs() == Long.MIN_VALUE && !hook.latest()) {
      return new Step(Optional.empty(), done, Optional.of(fragment));
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
      case END, SILENT -> Optional.empty();
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
      while (pictures.picture(stream.id(), fragment, hook, wanted + 1).isPresent()) {
        wanted++;
      }
    }
    return pictures
        .picture(stream.id(), fragment, hook, wanted)
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
          Optional.of(number),
          frame.mediaType(),
          frame.file());
    }
    ObjectNode body = body(position, timeNs).put("fragment", number);
    body.put("mediaType", frame.mediaType()).put("width", frame.width());
    body.put("height", frame.height()).put("keyFrame", frame.sync());
    body.put("image", Base64.getEncoder().encodeToString(frame.file().toArray()));
    return json(body, position, timeNs, Optional.of(number));
  }

  private Delivery fragment(FragmentEntry fragment, Position position) {
    ObjectNode body = body(position, fragment.producerTimeNs());
    body.put("fragment", fragment.number().toString())
        .put("serverTime", time(fragment.serverTimeNs()))
        .put("durationMs", fragment.durationNs() / MediaTime.NANOS_PER_MILLI)
        .put("bytes", fragment.payloadBytes())
        .put("startsWithSync", fragment.startsWithSync());
    return json(
        body, position, fragment.producerTimeNs(), Optional.of(fragment.number().toString()));
  }

  private static boolean isGap(FragmentEntry fragment, Position position) {
    return position.endNs() != Long.MIN_VALUE
        && fragment.producerTimeNs() > position.endNs() + JOINED_WITHIN_NS;
  }

  private Delivery gap(FragmentEntry fragment, Position position) {
    var range = new TimeRange(position.endNs(), fragment.producerTimeNs());
    Optional<Gap> declared = publications.declaredGap(stream.id(), range);
    ObjectNode body = body(position, range.fromNs());
    body.put("from", time(range.fromNs())).put("to", time(range.toNs()));
    body.put(
        "reason",
        declared.map(gap -> gap.reason().name().toLowerCase(Locale.ROOT)).orElse("source"));
    body.put("detail", declared.map(Gap::detail).orElse("nothing was sent"));
    return json(body, position, range.fromNs(), Optional.of(fragment.number().toString()));
  }

  private Delivery moment(Position position, long timeNs, FragmentEntry fragment) {
    return json(
        body(position, timeNs).put("fragment", fragment.number().toString()),
        position,
        timeNs,
        Optional.of(fragment.number().toString()));
  }

  /** Silence and the end: no fragment is left, and none has come for a while. */
  private Optional<Step> byTime(Position position) {
    StreamStatus status = publications.status(stream.id());
    long quietNs = nowNs() - Math.max(startedNs, status.lastPersistedServerNs());
    if (status.openSessions() == 0 && quietNs >= ENDED_AFTER_NS) {
      return Optional.of(
          hook.on() == HookEvent.END
              ? Step.told(moment(position), position.told(true, true))
              : Step.silently(position.told(true, false)));
    }
    boolean silence =
        hook.on() == HookEvent.SILENT && !position.silent() && quietNs >= hook.after().toNanos();
    return silence
        ? Optional.of(Step.told(moment(position), position.told(false, true)))
        : Optional.empty();
  }

  private Delivery moment(Position position) {
    return json(body(position, position.endNs()), position, position.endNs(), Optional.empty());
  }

  private ObjectNode body(Position position, long timeNs) {
    return JSON.createObjectNode()
        .put("hook", hook.id())
        .put("stream", stream.name().value())
        .put("event", hook.on().toString())
        .put("sequence", position.sequence() + 1)
        .put("time", time(timeNs));
  }

  private Delivery json(
      ObjectNode body, Position position, long timeNs, Optional<String> fragment) {
    return new Delivery(
        hook.on(),
        position.sequence() + 1,
        timeNs,
        fragment,
        "application/json",
        Bytes.copyOf(body.toString().getBytes(StandardCharsets.UTF_8)));
  }

  static String time(long ns) {
    return TIME.format(TimeRange.instant(ns));
  }

  private long nowNs() {
    return TimeRange.nanos(clock.instant());
  }
}
