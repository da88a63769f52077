// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.ingest.Ack;
import dev.weir.ingest.AckListener;
import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.ingest.IngestSummary;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.model.TimecodeMode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/streams/{s}/media}: a push of Matroska, WebM or fragmented MP4. */
final class MediaPush implements Router.Push {

  private final Services services;
  private final LastErrors lastErrors;
  private final Metrics metrics;

  MediaPush(Services services, LastErrors lastErrors, Metrics metrics) {
    this.services = services;
    this.lastErrors = lastErrors;
    this.metrics = metrics;
  }

  @Override
  public PushBody open(Request request) {
    TimecodeMode mode = mode(request);
    long startNs = startNs(request, mode);
    boolean streamed = streamed(request);
    Stream stream = services.streams().getOrCreate(request.stream());
    var options =
        IngestOptions.of(mode, startNs, stream.settings().producerClockOffset().toNanos());
    var lines = new Lines();
    AckListener told = lastErrors.hearing(stream.id(), streamed ? lines : ack -> {});
    var session =
        services
            .ingest()
            .open(
                stream.id(),
                stream.settings().targetDuration().toNanos(),
                stream.settings().durability(),
                stream.settings().maxBytes(),
                options,
                new MeteredAcks(told, metrics));
    metrics.sessionOpened();
    var _ = session.completion().thenRun(metrics::sessionClosed);
    return new Body(session, streamed ? Optional.of(lines) : Optional.empty(), stream);
  }

  private static TimecodeMode mode(Request request) {
    return switch (request.parameter("timecodes").orElse("arrival")) {
      case "arrival" -> TimecodeMode.ARRIVAL;
      case "absolute" -> TimecodeMode.ABSOLUTE;
      case "relative" -> TimecodeMode.RELATIVE;
      case String other ->
          throw new InvalidArgument(
              "unknown choice", "timecodes", "arrival, absolute or relative", other);
    };
  }

  private static long startNs(Request request, TimecodeMode mode) {
    Optional<Long> start = request.timeNs("start");
    if (mode == TimecodeMode.RELATIVE && start.isEmpty()) {
      throw new InvalidArgument(
          "missing parameter", "start", "a time, as timecodes are relative", "none");
    }
    if (mode != TimecodeMode.RELATIVE && start.isPresent()) {
      throw new InvalidArgument(
          "parameter without effect", "start", "timecodes=relative beside it", "start alone");
    }
    return mode == TimecodeMode.RELATIVE ? start.get() : 0;
  }

  private static boolean streamed(Request request) {
    boolean wanted =
        request
            .header(HttpHeaderNames.ACCEPT)
            .map(accept -> accept.contains("application/x-ndjson"))
            .orElse(false);
    return switch (request.parameter("acks").orElse(wanted ? "stream" : "final")) {
      case "stream" -> true;
      case "final" -> false;
      case String other ->
          throw new InvalidArgument("unknown choice", "acks", "final or stream", other);
    };
  }

  private final class Body implements PushBody {
    private final IngestSession session;
    private final Optional<Lines> lines;
    private final Stream stream;

    Body(IngestSession session, Optional<Lines> lines, Stream stream) {
      this.session = session;
      this.lines = lines;
      this.stream = stream;
    }

    @Override
    public void feed(ByteBuffer bytes) {
      try {
        session.feed(bytes);
      } catch (RuntimeException e) {
        lastErrors.remember(stream.id(), String.valueOf(e.getMessage()));
        throw e;
      }
    }

    @Override
    public void end() {
      try {
        session.end();
      } catch (RuntimeException e) {
        lastErrors.remember(stream.id(), String.valueOf(e.getMessage()));
        throw e;
      }
    }

    @Override
    public void abort(String why) {
      lastErrors.remember(stream.id(), why);
      session.abort(why);
    }

    @Override
    public boolean accepted() {
      return session.headerParsed();
    }

    @Override
    public boolean congested() {
      return session.congested();
    }

    @Override
    public void whenRelieved(Runnable action) {
      session.whenRelieved(action);
    }

    @Override
    public Optional<LineStream> lines() {
      return lines.map(each -> new LineStream(each.lines, each));
    }

    @Override
    public CompletableFuture<Outcome> completion() {
      return session.completion().thenApply(summary -> problem -> answer(summary, problem));
    }
  }

  /** Of a push that failed, too, it is told what was kept. */
  private static Response answer(IngestSummary summary, Optional<Problem> problem) {
    ObjectNode counts = counts(summary);
    return problem
        .or(() -> summary.failure().map(Problems::of))
        .map(each -> each.response(summary.fragments() > 0 ? counts : Json.object()))
        .orElseGet(() -> Json.answer(HttpResponseStatus.OK, counts));
  }

  private static ObjectNode counts(IngestSummary summary) {
    ObjectNode counts =
        Json.object().put("fragments", summary.fragments()).put("persisted", summary.persisted());
    if (summary.stored() > 0) {
      counts.put("stored", summary.stored());
    }
    if (summary.persisted() + summary.stored() > 0) {
      counts
          .put("firstTime", Json.time(summary.firstProducerNs()))
          .put("lastTime", Json.time(summary.lastProducerNs()));
    }
    counts.put("bytes", summary.payloadBytes());
    if (!summary.dropped().isEmpty()) {
      summary.dropped().forEach(counts.putArray("dropped")::add);
    }
    return counts;
  }

  /** Acks as lines of JSON. */
  private static final class Lines implements LineForm, AckListener {
    private final EarlyLines lines = new EarlyLines();

    @Override
    public void ack(Ack ack) {
      lines.accept(line(ack));
    }

    @Override
    public String contentType() {
      return "application/x-ndjson";
    }

    @Override
    public String idle() {
      return "{\"event\":\"idle\"}\n";
    }

    @Override
    public Optional<String> failure(Problem problem) {
      return Optional.of("{\"event\":\"error\",\"problem\":" + problem.json() + "}\n");
    }

    private static String line(Ack ack) {
      ObjectNode body = Json.object();
      switch (ack) {
        case Ack.Buffering(_, long mediaTimeNs, long producerTimeNs) ->
            times(body.put("event", "buffering"), ack, mediaTimeNs, producerTimeNs);
        case Ack.Received(_, long mediaTimeNs, long producerTimeNs) ->
            times(body.put("event", "received"), ack, mediaTimeNs, producerTimeNs);
        case Ack.Persisted(FragmentEntry entry, long mediaTimeNs) ->
            kept(body.put("event", "persisted"), ack, entry, mediaTimeNs);
        case Ack.Stored(FragmentEntry entry, long mediaTimeNs, Durability level) -> {
          kept(body.put("event", "stored"), ack, entry, mediaTimeNs);
          body.put("level", level.name().toLowerCase(Locale.ROOT));
        }
        case Ack.Failed failed ->
            body.put("event", "error")
                .put("fragment", ack.fragment().toString())
                .put("detail", failed.cause().getMessage());
      }
      return body + "\n";
    }

    private static void kept(ObjectNode body, Ack ack, FragmentEntry entry, long mediaTimeNs) {
      times(body, ack, mediaTimeNs, entry.producerTimeNs());
      body.put("durationMs", entry.durationNs() / MediaTime.NANOS_PER_MILLI);
    }

    private static void times(ObjectNode body, Ack ack, long mediaTimeNs, long producerTimeNs) {
      body.put("fragment", ack.fragment().toString())
          .put("timecode", mediaTimeNs / MediaTime.NANOS_PER_MILLI);
      body.put("time", Json.time(producerTimeNs));
    }
  }
}
