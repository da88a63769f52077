// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.ingest.Ack;
import dev.weir.ingest.AckListener;
import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.ingest.IngestSummary;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.model.TimecodeMode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

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
    var session =
        services
            .ingest()
            .open(
                stream.id(),
                stream.settings().targetDuration().toNanos(),
                stream.settings().durability(),
                options,
                new MeteredAcks(streamed ? lines : ack -> {}, metrics));
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
        lastErrors.remember(stream.name(), String.valueOf(e.getMessage()));
        throw e;
      }
    }

    @Override
    public void end() {
      try {
        session.end();
      } catch (RuntimeException e) {
        lastErrors.remember(stream.name(), String.valueOf(e.getMessage()));
        throw e;
      }
    }

    @Override
    public void abort(String why) {
      lastErrors.remember(stream.name(), why);
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
      return lines.map(each -> each);
    }

    @Override
    public CompletableFuture<Response> completion() {
      return session.completion().thenApply(MediaPush::answer);
    }
  }

  private static Response answer(IngestSummary summary) {
    if (summary.failure().isPresent()) {
      return Problems.of(summary.failure().get());
    }
    ObjectNode body =
        Json.object().put("fragments", summary.fragments()).put("persisted", summary.persisted());
    if (summary.persisted() > 0) {
      body.put("firstTime", Json.time(summary.firstProducerNs()))
          .put("lastTime", Json.time(summary.lastProducerNs()));
    }
    body.put("bytes", summary.payloadBytes());
    if (!summary.dropped().isEmpty()) {
      summary.dropped().forEach(body.putArray("dropped")::add);
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  /** Acks as lines of JSON; those that come before anybody listens are kept. */
  private static final class Lines implements PushBody.LineStream, AckListener {
    private final List<String> early = new ArrayList<>();
    private Optional<Consumer<String>> listener = Optional.empty();

    @Override
    public void ack(Ack ack) {
      String line = line(ack);
      Optional<Consumer<String>> heard;
      synchronized (this) {
        heard = listener;
        if (heard.isEmpty()) {
          early.add(line);
        }
      }
      heard.ifPresent(each -> each.accept(line));
    }

    @Override
    public void listen(Consumer<String> consumer) {
      List<String> before;
      synchronized (this) {
        listener = Optional.of(consumer);
        before = List.copyOf(early);
        early.clear();
      }
      before.forEach(consumer);
    }

    @Override
    public String idle() {
      return "{\"event\":\"idle\"}\n";
    }

    private static String line(Ack ack) {
      ObjectNode body = Json.object();
      switch (ack) {
        case Ack.Buffering(_, long mediaTimeNs, long producerTimeNs) ->
            times(body.put("event", "buffering"), ack, mediaTimeNs, producerTimeNs);
        case Ack.Received(_, long mediaTimeNs, long producerTimeNs) ->
            times(body.put("event", "received"), ack, mediaTimeNs, producerTimeNs);
        case Ack.Persisted persisted -> {
          times(
              body.put("event", "persisted"),
              ack,
              persisted.mediaTimeNs(),
              persisted.entry().producerTimeNs());
          body.put("durationMs", persisted.entry().durationNs() / MediaTime.NANOS_PER_MILLI);
        }
        case Ack.Failed failed ->
            body.put("event", "error")
                .put("fragment", ack.fragment().toString())
                .put("detail", failed.cause().getMessage());
      }
      return body + "\n";
    }

    private static void times(ObjectNode body, Ack ack, long mediaTimeNs, long producerTimeNs) {
      body.put("fragment", ack.fragment().toString())
          .put("timecode", mediaTimeNs / MediaTime.NANOS_PER_MILLI);
      body.put("time", Json.time(producerTimeNs));
    }
  }
}
