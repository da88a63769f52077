// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.control.StreamDocument;
import dev.weir.control.StreamSettings;
import dev.weir.model.Clock;
import dev.weir.model.Codec;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.model.Rotation;
import dev.weir.model.RunHeader;
import dev.weir.model.StreamName;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.VideoFormat;
import dev.weir.playback.Recordings;
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
    Stream stream = services.streams().require(request.stream());
    services.streams().delete(stream.name());
    services.live().end(stream.id());
    services.storyboards().forget(stream.id());
    services.records().delete(stream.id());
    lastErrors.forget(stream.id());
    return Response.empty(HttpResponseStatus.NO_CONTENT);
  }

  private ObjectNode describe(Stream stream) {
    StreamStatus status = services.recordings().status(stream.id());
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
    status.bitsPerSecond().ifPresent(bits -> body.put("bitRate", bits));
    status.driftNs().ifPresent(drift -> body.put("driftMs", drift / MediaTime.NANOS_PER_MILLI));
    lastErrors.of(stream.id()).ifPresent(error -> body.put("lastError", error));
    return body;
  }

  private static void describe(ObjectNode body, VideoFormat video) {
    body.put("width", video.width()).put("height", video.height());
    if (video.rotation() != Rotation.NONE) {
      body.put("rotation", video.rotation().degrees());
    }
  }

  private static ObjectNode describe(Track track) {
    ObjectNode body = Json.object();
    body.put("index", track.index())
        .put("codec", track.codec().shortName())
        .put("codecs", track.codec().rfc6381());
    body.put("timescale", track.timescale()).put("language", track.language());
    switch (track.codec()) {
      case Codec.Avc avc -> describe(body, avc.video());
      case Codec.Hevc hevc -> describe(body, hevc.video());
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
    List<Recordings.Item> found =
        services
            .recordings()
            .fragments(
                stream.id(),
                range(request),
                clock,
                request.parameter("cursor").map(StreamsResource::place),
                limit + 1);
    ObjectNode body = Json.object();
    ArrayNode items = body.putArray("items");
    found.stream().limit(limit).forEach(each -> items.add(describe(each.fragment(), each.run())));
    if (found.size() > limit) {
      FragmentEntry last = found.get(limit - 1).fragment();
      body.put("cursor", clock.startNs(last) + "." + last.number());
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  private static Recordings.Place place(String cursor) {
    String[] fields = cursor.split("\\.", -1);
    try {
      if (fields.length == 2) {
        return new Recordings.Place(
            Long.parseLong(fields[0]), FragmentNumber.parse(fields[1]).toString());
      }
    } catch (NumberFormatException | InvalidArgument e) {
      // Said below.
    }
    throw new InvalidArgument(
        "invalid cursor",
        "cursor",
        "a cursor as given by this server",
        cursor.length() > 100 ? "a long text" : cursor);
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
    long stepNs = request.durationNs("step").orElse(JOINED_WITHIN_NS);
    if (stepNs == 0) {
      throw new InvalidArgument("invalid duration", "step", "more than zero", "0");
    }
    Recordings.Coverage coverage =
        services.recordings().coverage(stream.id(), range(request), clock(request), stepNs);
    ObjectNode body = Json.object();
    ArrayNode ranges = body.putArray("ranges");
    coverage.ranges().forEach(each -> ranges.add(span(each.fromNs(), each.toNs())));
    ArrayNode gaps = body.putArray("gaps");
    for (Gap gap : coverage.gaps()) {
      gaps.add(
          span(gap.fromNs(), gap.toNs())
              .put("reason", gap.reason().name().toLowerCase(Locale.ROOT))
              .put("detail", gap.detail()));
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  private static ObjectNode span(long fromNs, long toNs) {
    return Json.object().put("from", Json.time(fromNs)).put("to", Json.time(toNs));
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
