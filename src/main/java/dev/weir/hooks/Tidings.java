// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.Frame;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** What a hook tells of fragments: their pictures, themselves, the gap before them, a start. */
final class Tidings implements Occasions {

  /** Fragments that are this near to each other have no gap between them. */
  private static final long JOINED_WITHIN_NS = 100 * MediaTime.NANOS_PER_MILLI;

  private final Hook hook;
  private final StreamId stream;
  private final Messages messages;
  private final Publications publications;
  private final SharedPictures pictures;

  Tidings(
      Hook hook,
      StreamId stream,
      Messages messages,
      Publications publications,
      SharedPictures pictures) {
    this.hook = hook;
    this.stream = stream;
    this.messages = messages;
    this.publications = publications;
    this.pictures = pictures;
  }

  @Override
  public Optional<Delivery> of(FragmentEntry fragment, Position position, int index) {
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
}
