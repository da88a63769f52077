// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Durations;
import dev.weir.model.StreamId;
import dev.weir.records.Records;
import dev.weir.records.TimedRecord;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The records of a stream in the order in which they were stored. */
final class RecordsDue implements Due {

  private static final int PAGE = 256;

  private final Hook hook;
  private final StreamId stream;
  private final Messages messages;
  private final Records records;
  private final InstantSource clock;

  /** Records after a number, as they were read: some may be forgotten since. */
  private record Page(long after, List<TimedRecord> records) {}

  private Page page = new Page(Long.MAX_VALUE, List.of());

  RecordsDue(Hook hook, StreamId stream, Messages messages, Records records, InstantSource clock) {
    this.hook = hook;
    this.stream = stream;
    this.messages = messages;
    this.records = records;
    this.clock = clock;
  }

  @Override
  public Optional<Step> next(Position position) {
    List<TimedRecord> left = after(position.watermark());
    if (left.isEmpty()) {
      return Optional.empty();
    }
    long passed = position.watermark();
    for (TimedRecord record : left) {
      if (isMeant(record, position)) {
        return Optional.of(
            passed > position.watermark()
                ? Step.silently(position.passed(passed))
                : of(record, position));
      }
      passed = record.number();
    }
    return Optional.of(Step.silently(position.passed(passed)));
  }

  private boolean isMeant(TimedRecord record, Position position) {
    boolean asked = !position.replays(record.number()) || record.endNs() > position.replayNs();
    return asked && hook.records().matches(record);
  }

  private Step of(TimedRecord record, Position position) {
    String number = Long.toString(record.number());
    Position passed = position.passed(record.number());
    boolean tooOld = record.number() / 1000 < clock.millis() - hook.limit().toMillis();
    if (tooOld && !position.replays(record.number())) {
      return Step.givenUp(
          number, record.timeNs(), "waited longer than " + Durations.format(hook.limit()), passed);
    }
    return again(position, number)
        .map(delivery -> Step.told(delivery, position.deliveredRecord(record.number())))
        .orElseGet(() -> Step.silently(passed));
  }

  /** What comes next is most often on the page that was read last. */
  private List<TimedRecord> after(long number) {
    if (number < page.after || page.records.isEmpty() || number >= last(page)) {
      page = new Page(number, records.after(stream, number, PAGE));
    }
    return page.records.stream().filter(each -> each.number() > number).toList();
  }

  private static long last(Page page) {
    return page.records.getLast().number();
  }

  private Delivery delivery(TimedRecord record, Position position) {
    ObjectNode body = messages.body(position, record.timeNs());
    ObjectNode told = record.fields().deepCopy();
    told.put("id", Long.toString(record.number())).put("time", Messages.time(record.timeNs()));
    body.set("record", told);
    return messages.delivery(body, position, record.timeNs(), Long.toString(record.number()));
  }

  @Override
  public Optional<Delivery> again(Position position, String of) {
    long number = Long.parseLong(of);
    return records.after(stream, number - 1, 1).stream()
        .filter(each -> each.number() == number)
        .findFirst()
        .map(each -> delivery(each, position));
  }
}
