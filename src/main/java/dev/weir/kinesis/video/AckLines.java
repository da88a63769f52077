// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.FragmentNumber;
import dev.weir.model.WeirException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgements of one PutMedia as lines of JSON. Fragments are said to be persisted in
 * their order, whichever file was forced first: a producer lets go of all before the one it hears
 * of. Thread-safe.
 */
final class AckLines {

  private enum State {
    BUFFERING,
    RECEIVED,
    PERSISTED,
    KEPT_SILENTLY
  }

  private static final class Fragment {
    final FragmentNumber number;
    final long timecode;
    State state = State.BUFFERING;

    Fragment(FragmentNumber number, long timecode) {
      this.number = number;
      this.timecode = timecode;
    }
  }

  private final Consumer<String> lines;
  private final Deque<Fragment> unsettled = new ArrayDeque<>();
  private @Nullable WeirException failure;

  AckLines(Consumer<String> lines) {
    this.lines = lines;
  }

  /**
   * @param timecode of the Cluster, as the producer wrote it
   */
  synchronized void buffering(FragmentNumber number, long timecode) {
    var fragment = new Fragment(number, timecode);
    unsettled.add(fragment);
    say("BUFFERING", fragment);
  }

  synchronized void received(FragmentNumber number) {
    Fragment fragment = find(number);
    fragment.state = State.RECEIVED;
    say("RECEIVED", fragment);
  }

  /**
   * @param told whether the producer hears of it
   */
  synchronized void kept(FragmentNumber number, boolean told) {
    find(number).state = told ? State.PERSISTED : State.KEPT_SILENTLY;
    while (!unsettled.isEmpty() && unsettled.getFirst().state.compareTo(State.PERSISTED) >= 0) {
      Fragment first = unsettled.remove();
      if (first.state == State.PERSISTED && failure == null) {
        say("PERSISTED", first);
      }
    }
  }

  /** It could not be kept: that ends the call, and nothing after it is said to be persisted. */
  synchronized void failed(FragmentNumber number, WeirException cause) {
    if (failure == null) {
      failure = cause;
      Fragment fragment = find(number);
      lines.accept(
          error(AckError.of(cause), OptionalLong.of(fragment.timecode), Optional.of(number)));
    }
  }

  /** Why a fragment could not be kept. */
  synchronized Optional<WeirException> failure() {
    return Optional.ofNullable(failure);
  }

  /** The fragment that is being received. */
  synchronized Optional<FragmentNumber> open() {
    return unsettled.isEmpty() || unsettled.getLast().state != State.BUFFERING
        ? Optional.empty()
        : Optional.of(unsettled.getLast().number);
  }

  private Fragment find(FragmentNumber number) {
    return unsettled.stream()
        .filter(each -> each.number.equals(number))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("unknown fragment " + number));
  }

  private void say(String type, Fragment fragment) {
    lines.accept(
        line(
            PutMediaCall.event(type)
                .put("FragmentTimecode", fragment.timecode)
                .put("FragmentNumber", fragment.number.toString())));
  }

  String error(AckError error, OptionalLong timecode, Optional<FragmentNumber> number) {
    ObjectNode event = PutMediaCall.event("ERROR");
    timecode.ifPresent(value -> event.put("FragmentTimecode", value));
    number.ifPresent(value -> event.put("FragmentNumber", value.toString()));
    return line(event.put("ErrorCode", error.name()).put("ErrorId", error.id()));
  }

  private static String line(ObjectNode event) {
    return event + "\n";
  }
}
