// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.model.Clock;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.model.TimeRange;
import dev.weir.records.FieldFilter;
import dev.weir.records.RecordFilter;
import dev.weir.records.RecordQuery;
import dev.weir.records.TimedRecord;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Optional;

/**
 * {@code /v1/streams/{s}/records}: what was seen or measured at a moment. Thread-safe; blocks on
 * the disk and on the archive.
 */
final class RecordsResource {

  private static final int MOST_ITEMS = 1000;

  /** What is played around a record. */
  private static final long AROUND_NS = 5 * MediaTime.NANOS_PER_SECOND;

  private final Services services;

  RecordsResource(Services services) {
    this.services = services;
  }

  Response add(Request request) {
    Stream stream = services.streams().require(request.stream());
    List<TimedRecord> records = RecordLines.parse(request.body().toArray());
    if (records.isEmpty()) {
      throw new InvalidArgument("no record", "body", "a JSON object a line", "nothing");
    }
    services.records().add(stream.id(), records);
    return Json.answer(HttpResponseStatus.CREATED, Json.object().put("records", records.size()));
  }

  Response find(Request request) {
    Stream stream = services.streams().require(request.stream());
    int limit = request.number("limit", 100, 1, MOST_ITEMS);
    List<FieldFilter> where =
        request.parameters().getOrDefault("where", List.of()).stream()
            .map(FieldFilter::parse)
            .toList();
    long[] after = request.parameter("cursor").map(RecordsResource::place).orElse(NOWHERE);
    List<TimedRecord> found =
        services
            .records()
            .find(
                stream.id(),
                new RecordQuery(
                    StreamsResource.range(request),
                    new RecordFilter(request.parameter("type"), where),
                    after[0],
                    after[1],
                    limit + 1));
    ObjectNode body = Json.object();
    ArrayNode items = body.putArray("items");
    found.stream().limit(limit).forEach(each -> items.add(describe(stream, each)));
    if (found.size() > limit) {
      TimedRecord last = found.get(limit - 1);
      body.put("cursor", last.timeNs() + "." + last.number());
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  private static final long[] NOWHERE = {Long.MIN_VALUE, 0};

  private static long[] place(String cursor) {
    String[] fields = cursor.split("\\.", -1);
    try {
      if (fields.length == 2) {
        return new long[] {Long.parseLong(fields[0]), Long.parseLong(fields[1])};
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new InvalidArgument(
        "invalid cursor", "cursor", "a cursor as given by this server", "another");
  }

  private ObjectNode describe(Stream stream, TimedRecord record) {
    ObjectNode node = record.fields().deepCopy();
    node.put("id", Long.toString(record.number())).put("time", Json.time(record.timeNs()));
    playable(stream, record)
        .ifPresent(range -> {
          String from = Json.time(range.fromNs());
          String to = Json.time(range.toNs());
          String path = "/v1/streams/" + stream.name().value();
          node.putObject("playable")
              .put("from", from)
              .put("to", to)
              .put("clip", path + "/clip.mp4?from=" + from + "&to=" + to)
              .put("frame", path + "/frame.jpg?at=" + Json.time(shownNs(record, range)));
        });
    return node;
  }

  /** When it begins to be seen; a time of the recording's, rounded up, is not before it. */
  private static long shownNs(TimedRecord record, TimeRange range) {
    return record.timeNs() >= range.fromNs()
        ? record.timeNs()
        : Math.ceilDiv(range.fromNs(), MediaTime.NANOS_PER_MILLI) * MediaTime.NANOS_PER_MILLI;
  }

  /** What is recorded around it, without a hole. */
  private Optional<TimeRange> playable(Stream stream, TimedRecord record) {
    var around =
        new TimeRange(
            record.timeNs() - AROUND_NS, record.timeNs() + record.durationNs() + AROUND_NS);
    return services
        .recordings()
        .coverage(stream.id(), around, Clock.PRODUCER, MediaTime.NANOS_PER_SECOND)
        .ranges()
        .stream()
        .filter(each ->
            each.fromNs() <= record.timeNs() + record.durationNs() && each.toNs() > record.timeNs())
        .findFirst()
        .map(each ->
            new TimeRange(
                Math.max(each.fromNs(), around.fromNs()), Math.min(each.toNs(), around.toNs())));
  }
}
