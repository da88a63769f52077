// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.control.StreamSettings;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.Conflict;
import dev.weir.model.StreamName;
import dev.weir.playback.live.LiveMedia;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Streams: made, described, changed, deleted; and where their media goes. Thread-safe. */
final class StreamOperations {

  private static final int MOST_RESULTS = 10_000;

  private final VideoStreams streams;
  private final LiveMedia live;
  private final Quotas quotas;

  /**
   * @param live is told of streams that go
   */
  StreamOperations(VideoStreams streams, LiveMedia live, Quotas quotas) {
    this.streams = streams;
    this.live = live;
    this.quotas = quotas;
  }

  List<Operation> operations() {
    return List.of(
        operation(
            "CreateStream",
            Structure.EMPTY
                .required("StreamName", Shapes.STREAM_NAME)
                .optional("DeviceName", Shapes.DEVICE_NAME)
                .optional("MediaType", Shapes.MEDIA_TYPE)
                .optional("KmsKeyId", Shapes.KMS_KEY_ID)
                .optional("DataRetentionInHours", Shapes.whole(0, VideoStream.MOST_HOURS))
                .optional("Tags", Shapes.TAGS)
                .optional("StreamStorageConfiguration", Shapes.STORAGE_CONFIGURATION),
            this::create),
        operation("DescribeStream", Shapes.STREAM, this::describe),
        operation(
            "ListStreams",
            Structure.EMPTY
                .optional("MaxResults", Shapes.whole(1, MOST_RESULTS))
                .optional("NextToken", Shapes.NEXT_TOKEN)
                .optional("StreamNameCondition", Shapes.NAME_CONDITION),
            this::list),
        operation(
            "UpdateStream",
            Shapes.STREAM
                .required("CurrentVersion", Shapes.VERSION)
                .optional("DeviceName", Shapes.DEVICE_NAME)
                .optional("MediaType", Shapes.MEDIA_TYPE),
            this::update),
        operation(
            "DeleteStream",
            Structure.EMPTY
                .required("StreamARN", Shapes.RESOURCE_ARN)
                .optional("CurrentVersion", Shapes.VERSION),
            this::delete),
        operation(
            "UpdateDataRetention",
            Shapes.STREAM
                .required("CurrentVersion", Shapes.VERSION)
                .required(
                    "Operation",
                    Shapes.choice("INCREASE_DATA_RETENTION", "DECREASE_DATA_RETENTION"))
                .required("DataRetentionChangeInHours", Shapes.whole(1, Integer.MAX_VALUE)),
            this::updateRetention),
        operation(
            "GetDataEndpoint",
            Shapes.STREAM.required(
                "APIName",
                Shapes.choice(
                    "PUT_MEDIA",
                    "GET_MEDIA",
                    "LIST_FRAGMENTS",
                    "GET_MEDIA_FOR_FRAGMENT_LIST",
                    "GET_HLS_STREAMING_SESSION_URL",
                    "GET_DASH_STREAMING_SESSION_URL",
                    "GET_CLIP",
                    "GET_IMAGES")),
            this::endpoint));
  }

  private static Operation operation(String name, Structure input, Operation.Action action) {
    return Operation.of(name, input, ErrorName.NOT_AUTHORIZED, action);
  }

  private Answer create(Call call) {
    String name = call.required("StreamName");
    VideoStreams.require("CreateStream", ErrorName.NOT_AUTHORIZED, call.caller(), name);
    checkCount();
    StreamSettings settings =
        VideoStream.keeping(StreamSettings.DEFAULT, call.number("DataRetentionInHours", 0));
    settings = VideoStream.withMediaType(settings, call.text("MediaType").orElse(""));
    settings = VideoStream.withTags(settings, texts(call));
    Optional<String> tier =
        call.has("StreamStorageConfiguration")
            ? Optional.of(
                call.input().at("/StreamStorageConfiguration/DefaultStorageTier").textValue())
            : Optional.empty();
    Map<String, String> attributes =
        VideoStream.attributes(call.text("DeviceName"), call.text("KmsKeyId"), tier);
    try {
      Stream stream = streams.streams().create(new StreamName(name), settings, attributes);
      return new Answer.Json(Json.object().put("StreamARN", streams.identity().arn(stream)));
    } catch (Conflict e) {
      throw new Refusal(
          ErrorName.RESOURCE_IN_USE, "The stream " + name + " already exists in this account.");
    }
  }

  private void checkCount() {
    int most = quotas.streams();
    if (most != Integer.MAX_VALUE && streams.streams().list("", "", most).size() >= most) {
      throw new Refusal(
          ErrorName.ACCOUNT_STREAM_LIMIT_EXCEEDED, "There may be " + most + " streams.");
    }
  }

  private static Map<String, String> texts(Call call) {
    var tags = new HashMap<String, String>();
    if (call.has("Tags")) {
      call.input()
          .get("Tags")
          .properties()
          .forEach(entry -> tags.put(entry.getKey(), entry.getValue().textValue()));
    }
    return tags;
  }

  private Answer describe(Call call) {
    ObjectNode body = Json.object();
    body.set("StreamInfo", info(streams.of(call)));
    return new Answer.Json(body);
  }

  private ObjectNode info(VideoStream stream) {
    Identity identity = streams.identity();
    String mediaType = stream.stream().settings().mediaType();
    return Json.object()
        .put("DeviceName", stream.deviceName().orElse(null))
        .put("StreamName", stream.stream().name().value())
        .put("StreamARN", identity.arn(stream.stream()))
        .put("MediaType", mediaType.isEmpty() ? null : mediaType)
        .put("KmsKeyId", stream.kmsKeyId().orElseGet(identity::defaultKmsKey))
        .put("Version", stream.version())
        .put("Status", "ACTIVE")
        .put("CreationTime", Times.seconds(stream.stream().created().toEpochMilli() * 1_000_000))
        .put("DataRetentionInHours", stream.retentionHours());
  }

  private Answer list(Call call) {
    VideoStreams.require(call);
    int limit = (int) call.number("MaxResults", MOST_RESULTS);
    String prefix = call.input().at("/StreamNameCondition/ComparisonValue").asText("");
    String list = call.operation().name() + " " + prefix;
    String after =
        call.text("NextToken")
            .filter(token -> !token.isEmpty())
            .map(token -> PageToken.place(list, token))
            .orElse("");
    List<Stream> found = new ArrayList<>(streams.streams().list(prefix, after, limit + 1));
    ObjectNode body = Json.object();
    ArrayNode streamInfos = body.putArray("StreamInfoList");
    found.stream().limit(limit).forEach(stream -> streamInfos.add(info(new VideoStream(stream))));
    if (found.size() > limit) {
      body.put("NextToken", PageToken.of(list, found.get(limit - 1).name().value()));
    }
    return new Answer.Json(body);
  }

  private Answer update(Call call) {
    streams.change(
        streams.of(call),
        call.required("CurrentVersion"),
        now -> {
          Stream named =
              call.text("DeviceName")
                  .map(name -> new VideoStream(now).withDeviceName(name))
                  .orElse(now);
          return call.text("MediaType")
              .map(type -> named.with(VideoStream.withMediaType(named.settings(), type)))
              .orElse(named);
        });
    return Json.nothing();
  }

  private Answer delete(Call call) {
    VideoStream stream = streams.of(call);
    call.text("CurrentVersion").ifPresent(version -> VideoStreams.checkVersion(stream, version));
    streams.streams().delete(stream.stream().name());
    live.end(stream.stream().id());
    return Json.nothing();
  }

  private Answer updateRetention(Call call) {
    boolean more = call.required("Operation").equals("INCREASE_DATA_RETENTION");
    long change = call.number("DataRetentionChangeInHours", 0);
    streams.change(
        streams.of(call),
        call.required("CurrentVersion"),
        now -> {
          long hours = new VideoStream(now).retentionHours() + (more ? change : -change);
          if (hours < 0 || hours > VideoStream.MOST_HOURS) {
            throw Rule.broken(
                "DataRetentionChangeInHours",
                "must lead to a retention of 0 to " + VideoStream.MOST_HOURS + " hours");
          }
          return now.with(VideoStream.keeping(now.settings(), hours));
        });
    return Json.nothing();
  }

  private Answer endpoint(Call call) {
    streams.of(call);
    return new Answer.Json(Json.object().put("DataEndpoint", call.endpoint()));
  }
}
