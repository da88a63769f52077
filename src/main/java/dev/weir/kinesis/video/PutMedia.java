// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.control.StreamSettings;
import dev.weir.ingest.AckListener;
import dev.weir.ingest.Ingest;
import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.kinesis.Caller;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.TimecodeMode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** Opens PutMedia calls. Thread-safe; opening blocks on the disk. */
public final class PutMedia {

  public static final String PATH = "/putMedia";

  private static final String NAME = "PutMedia";
  private static final String STREAM_NAME = "x-amzn-stream-name";
  private static final String STREAM_ARN = "x-amzn-stream-arn";
  private static final String TIMECODE_TYPE = "x-amzn-fragment-timecode-type";
  private static final String START = "x-amzn-producer-start-timestamp";

  /** What a call says in its head, so a signature must cover it. */
  public static final List<String> HEADERS = List.of(STREAM_NAME, STREAM_ARN, TIMECODE_TYPE, START);

  private static final Structure INPUT =
      Structure.EMPTY
          .optional(STREAM_NAME, Shapes.STREAM_NAME)
          .optional(STREAM_ARN, Shapes.RESOURCE_ARN)
          .required(TIMECODE_TYPE, Shapes.choice("ABSOLUTE", "RELATIVE"));

  private final VideoStreams streams;
  private final Ingest ingest;
  private final Quotas quotas;
  private final Throttle throttle;
  private final InstantSource clock;
  private final OpenCalls calls;

  PutMedia(
      VideoStreams streams, Ingest ingest, Quotas quotas, Throttle throttle, InstantSource clock) {
    this.streams = streams;
    this.ingest = ingest;
    this.quotas = quotas;
    this.throttle = throttle;
    this.calls = new OpenCalls(NAME, quotas.producers(), ErrorName.CONNECTION_LIMIT_EXCEEDED);
    this.clock = clock;
  }

  /**
   * Opens a call.
   *
   * @param header a header field by its name
   * @param listening what shall see the acknowledgements of a session on its stream, and hands them
   *     on
   * @param lines takes acknowledgements as they arise, on any thread
   * @throws Refusal when the call is refused
   */
  public PutMediaCall open(
      Caller caller,
      Function<String, Optional<String>> header,
      BiFunction<StreamId, AckListener, AckListener> listening,
      Consumer<String> lines) {
    check(header);
    Stream stream =
        streams
            .of(
                NAME,
                ErrorName.NOT_AUTHORIZED,
                caller,
                header.apply(STREAM_NAME),
                header.apply(STREAM_ARN))
            .stream();
    calls.enter(stream.id());
    try {
      var call =
          new PutMediaCall(
              stream, quotas.connection(), quotas.trickle(), throttle.pushing(stream.id()), lines);
      IngestSession session = session(stream, header, listening.apply(stream.id(), call::ack));
      var _ = session.completion().thenRun(() -> calls.leave(stream.id()));
      call.begin(session);
      return call;
    } catch (RuntimeException e) {
      calls.leave(stream.id());
      throw e;
    }
  }

  private static void check(Function<String, Optional<String>> header) {
    ObjectNode input = Json.object();
    for (String name : INPUT.members().keySet()) {
      header.apply(name).ifPresent(value -> input.put(name, value));
    }
    INPUT.check("", input);
    if (input.has(STREAM_NAME) && input.has(STREAM_ARN)) {
      throw new Refusal(
          ErrorName.INVALID_ARGUMENT, "Either StreamName or StreamARN must be provided, not both.");
    }
  }

  private IngestSession session(
      Stream stream, Function<String, Optional<String>> header, AckListener acks) {
    StreamSettings settings = stream.settings();
    boolean relative = header.apply(TIMECODE_TYPE).orElseThrow().equals("RELATIVE");
    Optional<Long> startNs = header.apply(START).map(PutMedia::startNs);
    IngestOptions options =
        IngestOptions.byCluster(
            relative ? TimecodeMode.RELATIVE : TimecodeMode.ABSOLUTE,
            relative ? startNs.orElseGet(() -> TimeRange.nanos(clock.instant())) : 0,
            settings.producerClockOffset().toNanos(),
            quotas.clusters());
    return ingest.open(
        stream.id(),
        settings.targetDuration().toNanos(),
        settings.durability(),
        settings.maxBytes(),
        options,
        acks);
  }

  /** ISO 8601, or seconds since 1970 with a fraction: clients send either. */
  private static long startNs(String text) {
    try {
      return text.contains("T")
          ? TimeRange.nanos(OffsetDateTime.parse(text).toInstant())
          : Times.nanos(START, new BigDecimal(text));
    } catch (DateTimeException | NumberFormatException e) {
      throw Rule.broken(START, "must be seconds since 1970 or ISO 8601");
    }
  }
}
