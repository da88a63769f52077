// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.archive.StreamStatus;
import dev.weir.archive.Timeline;
import dev.weir.control.Stream;
import dev.weir.control.StreamDocument;
import dev.weir.control.StreamSettings;
import dev.weir.model.Clock;
import dev.weir.model.Codec;
import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.model.RunHeader;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Streams, their fragments and their timeline, as JSON. Thread-safe; blocks on the archive. */
final class StreamsResource {

  private static final int MOST_ITEMS = 1000;
  private static final long JOINED_WITHIN_NS = 100 * MediaTime.NANOS_PER_MILLI;

  private final Services services;
  private final LastErrors lastErrors;

  StreamsResource(Services services, LastErrors lastErrors) {
    this.services = services;
    this.lastErrors = lastErrors;
  }

  Response list(Request request) {
    int limit = request.number("limit", 100, 1, MOST_ITEMS);
    List<Stream> found =
        services
            .streams()
            .list(
                request.parameter("prefix").orElse(""),
                request.parameter("cursor").orElse(""),
                limit + 1);
    ObjectNode body = Json.object();
    ArrayNode items = body.putArray("items");
    found.stream().limit(limit).forEach(stream -> items.add(describe(stream)));
    if (found.size() > limit) {
      body.put("cursor", found.get(limit - 1).name().value());
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  Response one(Request request) {
    return Json.answer(
        HttpResponseStatus.OK, describe(services.streams().require(request.stream())));
  }

  Response put(Request request) {
    StreamName name = request.stream();
    Optional<Stream> known = services.streams().find(name);
    StreamSettings base = known.map(Stream::settings).orElse(StreamSettings.DEFAULT);
    Stream stream =
        services
            .streams()
            .put(name, StreamDocument.change(base, Json.parse(request.body().toArray())));
    return Json.answer(
        known.isPresent() ? HttpResponseStatus.OK : HttpResponseStatus.CREATED, describe(stream));
  }

  Response delete(Request request) {
    services.streams().delete(request.stream());
    return Response.empty(HttpResponseStatus.NO_CONTENT);
  }

  private ObjectNode describe(Stream stream) {
    StreamStatus status = services.archive().status(stream.id());
    ObjectNode body = Json.object();
    body.put("name", stream.name().value())
        .put("id", stream.id().toString())
        .put("created", stream.created().toString());
    body.setAll(StreamDocument.settings(stream.settings()));
    ArrayNode tracks = body.putArray("tracks");
    status.lastRun().ifPresent(run -> run.tracks().forEach(track -> tracks.add(describe(track))));
    if (status.fragments() > 0) {
      body.put("firstTime", Json.time(status.firstProducerNs()))
          .put("lastTime", Json.time(status.lastProducerNs()));
    }
    body.put("bytes", status.bytes())
        .put("fragments", status.fragments())
        .put("live", status.openSessions() > 0);
    lastErrors.of(stream.name()).ifPresent(error -> body.put("lastError", error));
    return body;
  }

  private static ObjectNode describe(Track track) {
    ObjectNode body = Json.object();
    body.put("index", track.index())
        .put("codec", track.codec().shortName())
        .put("codecs", track.codec().rfc6381());
    body.put("timescale", track.timescale()).put("language", track.language());
    switch (track.codec()) {
      case Codec.Avc avc ->
          body.put("width", avc.video().width()).put("height", avc.video().height());
      case Codec.Hevc hevc ->
          body.put("width", hevc.video().width()).put("height", hevc.video().height());
      case Codec.Aac aac ->
          body.put("sampleRate", aac.audio().sampleRate()).put("channels", aac.audio().channels());
      case Codec.Opus opus ->
          body.put("sampleRate", opus.audio().sampleRate())
              .put("channels", opus.audio().channels());
    }
    return body;
  }

  Response fragments(Request request) {
    Stream stream = services.streams().require(request.stream());
    int limit = request.number("limit", 100, 1, MOST_ITEMS);
    Clock clock = clock(request);
    TimeRange range = range(request);
    Optional<Cursor> cursor = request.parameter("cursor").map(Cursor::parse);
    // The cursor is a place in the order, so that pages stay right while fragments come and go.
    TimeRange rest =
        cursor
            .map(at ->
                new TimeRange(
                    Math.max(range.fromNs(), at.startNs), Math.max(range.toNs(), at.startNs)))
            .orElse(range);
    ObjectNode body = Json.object();
    ArrayNode items = body.putArray("items");
    try (Timeline timeline = services.archive().find(stream.id(), rest, clock)) {
      List<FragmentEntry> page =
          timeline.fragments().stream()
              .filter(each -> cursor.isEmpty() || cursor.get().isBefore(each, clock))
              .limit(limit + 1L)
              .toList();
      page.stream().limit(limit).forEach(each -> items.add(describe(each, timeline.run(each))));
      if (page.size() > limit) {
        FragmentEntry last = page.get(limit - 1);
        body.put("cursor", clock.startNs(last) + "." + last.number());
      }
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  private record Cursor(long startNs, String number) {
    static Cursor parse(String text) {
      String[] fields = text.split("\\.", -1);
      try {
        if (fields.length == 2) {
          return new Cursor(Long.parseLong(fields[0]), fields[1]);
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
      throw new InvalidArgument(
          "invalid cursor",
          "cursor",
          "a cursor as given by this server",
          text.length() > 100 ? "a long text" : text);
    }

    boolean isBefore(FragmentEntry fragment, Clock clock) {
      long start = clock.startNs(fragment);
      return start > startNs
          || (start == startNs && fragment.number().toString().compareTo(number) > 0);
    }
  }

  private static ObjectNode describe(FragmentEntry fragment, RunHeader run) {
    ObjectNode body = Json.object();
    body.put("number", fragment.number().toString())
        .put("producerTime", Json.time(fragment.producerTimeNs()));
    body.put("serverTime", Json.time(fragment.serverTimeNs()))
        .put("durationMs", fragment.durationNs() / MediaTime.NANOS_PER_MILLI);
    body.put("bytes", fragment.payloadBytes()).put("run", fragment.run().toString());
    ArrayNode codecs = body.putArray("codecs");
    run.tracks().forEach(track -> codecs.add(track.codec().rfc6381()));
    body.put("startsWithSync", fragment.startsWithSync());
    if (fragment.truncated()) {
      body.put("truncated", true);
    }
    fragment.duplicateOf().ifPresent(number -> body.put("duplicateOf", number.toString()));
    return body;
  }

  Response timeline(Request request) {
    Stream stream = services.streams().require(request.stream());
    TimeRange range = range(request);
    ObjectNode body = Json.object();
    ArrayNode ranges = body.putArray("ranges");
    ArrayNode gaps = body.putArray("gaps");
    try (Timeline timeline = services.archive().find(stream.id(), range, clock(request))) {
      long from = Long.MIN_VALUE;
      long to = Long.MIN_VALUE;
      for (FragmentEntry fragment : timeline.fragments()) {
        if (from != Long.MIN_VALUE && fragment.producerTimeNs() > to + JOINED_WITHIN_NS) {
          ranges.add(Json.object().put("from", Json.time(from)).put("to", Json.time(to)));
          gaps.add(
              gap(
                  to,
                  fragment.producerTimeNs(),
                  reason(timeline.gaps(), to, fragment.producerTimeNs())));
          from = fragment.producerTimeNs();
        }
        from = from == Long.MIN_VALUE ? fragment.producerTimeNs() : from;
        to = Math.max(to, fragment.producerEndNs());
      }
      if (from != Long.MIN_VALUE) {
        ranges.add(Json.object().put("from", Json.time(from)).put("to", Json.time(to)));
      }
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  private static ObjectNode gap(long from, long to, String reason) {
    return Json.object()
        .put("from", Json.time(from))
        .put("to", Json.time(to))
        .put("reason", reason);
  }

  /** What was declared of the hole; nothing sent is the rest. */
  private static String reason(List<Gap> declared, long from, long to) {
    return declared.stream()
        .filter(gap -> gap.fromNs() < to && gap.toNs() >= from)
        .map(gap ->
            gap.reason().name().toLowerCase(Locale.ROOT)
                + (gap.detail().isEmpty() ? "" : ": " + gap.detail()))
        .findFirst()
        .orElse("source: nothing was sent");
  }

  static Clock clock(Request request) {
    return switch (request.parameter("clock").orElse("producer")) {
      case "producer" -> Clock.PRODUCER;
      case "server" -> Clock.SERVER;
      case String other ->
          throw new InvalidArgument("unknown choice", "clock", "producer or server", other);
    };
  }

  static TimeRange range(Request request) {
    return new TimeRange(
        request.timeNs("from").orElse(Long.MIN_VALUE), request.timeNs("to").orElse(Long.MAX_VALUE));
  }
}
