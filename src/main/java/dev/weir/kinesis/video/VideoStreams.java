// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.control.Stream;
import dev.weir.control.Streams;
import dev.weir.kinesis.Caller;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.InvalidArgument;
import dev.weir.model.StreamName;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the streams that calls name, for those who may. Thread-safe. */
final class VideoStreams {

  private static final Pattern ARN = Pattern.compile("arn:.*:([a-z]+)/([^/]+)/([0-9]+)");
  private static final String NOT_FOUND = "The requested stream is not found or not active.";

  private final Streams streams;
  private final Identity identity;
  private final Throttle throttle;

  /**
   * @param throttle holds calls of a stream
   */
  VideoStreams(Streams streams, Identity identity, Throttle throttle) {
    this.streams = streams;
    this.identity = identity;
    this.throttle = throttle;
  }

  Identity identity() {
    return identity;
  }

  Streams streams() {
    return streams;
  }

  /** The stream that a call names, by its name or its ARN. */
  VideoStream of(Call call) {
    return of(call.operation(), call.caller(), call.text("StreamName"), call.text("StreamARN"));
  }

  /** The same, of a stream that keeps what it takes. */
  VideoStream retaining(Call call) {
    VideoStream stream = of(call);
    if (stream.retentionHours() == 0) {
      throw new Refusal(
          ErrorName.NO_DATA_RETENTION, "The stream's data retention is 0 hours: nothing is kept.");
    }
    return stream;
  }

  VideoStream of(Operation operation, Caller caller, Optional<String> name, Optional<String> arn) {
    return of(operation.name(), operation.denied(), caller, name, arn);
  }

  /**
   * @throws Refusal when neither is given, they disagree, the caller may not, there is none, or it
   *     is called too often
   */
  VideoStream of(
      String action, ErrorName denied, Caller caller, Optional<String> name, Optional<String> arn) {
    String asked =
        name.or(() -> arn.map(VideoStreams::nameIn))
            .orElseThrow(() ->
                new Refusal(
                    ErrorName.INVALID_ARGUMENT,
                    "Either StreamName or StreamARN must be provided."));
    if (arn.isPresent() && !nameIn(arn.get()).equals(asked)) {
      throw new Refusal(
          ErrorName.INVALID_ARGUMENT, "StreamName and StreamARN are of different streams.");
    }
    require(action, denied, caller, asked);
    Stream found = find(asked).orElseThrow(VideoStreams::notFound);
    if (arn.isPresent() && !createdIn(arn.get()).equals(created(found))) {
      throw notFound();
    }
    throttle.call(action, found.id());
    return new VideoStream(found);
  }

  /**
   * @throws Refusal when the caller may not
   */
  static void require(String action, ErrorName denied, Caller caller, String stream) {
    if (!caller.may(action, stream)) {
      throw denied(action, denied, "stream " + stream);
    }
  }

  /**
   * @throws Refusal when the caller may not
   */
  static void require(Call call) {
    if (!call.caller().may(call.operation().name())) {
      throw denied(call.operation().name(), call.operation().denied(), "any stream");
    }
  }

  private static Refusal denied(String action, ErrorName denied, String what) {
    return new Refusal(
        denied, "The key is not authorized to perform: kinesisvideo:" + action + " on " + what);
  }

  /** Changes a stream as one step. */
  void change(VideoStream stream, UnaryOperator<Stream> step) {
    streams.change(stream.stream().name(), step);
  }

  /** Changes a stream whose caller knows its version, and gives it another one. */
  void change(VideoStream stream, String currentVersion, UnaryOperator<Stream> step) {
    change(
        stream,
        now -> {
          checkVersion(new VideoStream(now), currentVersion);
          return new VideoStream(step.apply(now)).changed();
        });
  }

  static void checkVersion(VideoStream stream, String currentVersion) {
    if (!stream.version().equals(currentVersion)) {
      throw new Refusal(
          ErrorName.VERSION_MISMATCH,
          "The stream's version is not " + currentVersion + "; describe it to know which it is.");
    }
  }

  private Optional<Stream> find(String name) {
    try {
      return streams.find(new StreamName(name));
    } catch (InvalidArgument e) {
      return Optional.empty();
    }
  }

  private static String created(Stream stream) {
    return Long.toString(stream.created().toEpochMilli());
  }

  private static String nameIn(String arn) {
    Matcher matcher = match(arn);
    if (!matcher.group(1).equals("stream")) {
      throw notFound();
    }
    return matcher.group(2);
  }

  private static String createdIn(String arn) {
    return match(arn).group(3);
  }

  private static Matcher match(String arn) {
    Matcher matcher = ARN.matcher(arn);
    if (!matcher.matches()) {
      throw new Refusal(ErrorName.INVALID_ARGUMENT, "not the ARN of a stream: " + arn);
    }
    return matcher;
  }

  static Refusal notFound() {
    return new Refusal(ErrorName.RESOURCE_NOT_FOUND, NOT_FOUND);
  }
}
