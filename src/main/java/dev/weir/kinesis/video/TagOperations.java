// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.StreamSettings;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.Durability;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Tags of streams, by the operations for streams and those for any resource. Thread-safe. */
final class TagOperations {

  private static final int MOST_TAGS = 50;
  private static final String DURABILITY = "weir:durability";

  /** These three have an error of their own for what is no ARN. */
  private static final Structure STREAM =
      Structure.EMPTY
          .optional("StreamName", Shapes.STREAM_NAME)
          .optional(
              "StreamARN",
              new Rule.Other(
                  Shapes.RESOURCE_ARN,
                  new Refusal(
                      ErrorName.INVALID_RESOURCE_FORMAT,
                      "StreamARN is not of the form of an ARN.")));

  private final VideoStreams streams;

  TagOperations(VideoStreams streams) {
    this.streams = streams;
  }

  List<Operation> operations() {
    return List.of(
        ofStream("TagStream", STREAM.required("Tags", Shapes.TAGS), this::tag),
        ofStream("UntagStream", STREAM.required("TagKeyList", Shapes.TAG_KEYS), this::untag),
        ofStream("ListTagsForStream", STREAM.optional("NextToken", Shapes.NEXT_TOKEN), this::list),
        ofResource("TagResource", "Tags", Shapes.TAG_LIST, this::tag),
        ofResource("UntagResource", "TagKeyList", Shapes.TAG_KEYS, this::untag),
        new Operation(
            "ListTagsForResource",
            "/ListTagsForResource",
            Structure.EMPTY
                .required("ResourceARN", Shapes.RESOURCE_ARN)
                .optional("NextToken", Shapes.NEXT_TOKEN),
            ErrorName.ACCESS_DENIED,
            Operation.Kind.READING,
            this::list));
  }

  private static Operation ofStream(String name, Structure input, Operation.Action action) {
    return Operation.of(name, input, ErrorName.NOT_AUTHORIZED, action);
  }

  private static Operation ofResource(
      String name, String member, Rule rule, Operation.Action action) {
    return new Operation(
        name,
        "/" + name,
        Structure.EMPTY.required("ResourceARN", Shapes.RESOURCE_ARN).required(member, rule),
        ErrorName.ACCESS_DENIED,
        Operation.Kind.READING,
        action);
  }

  private VideoStream stream(Call call) {
    return streams.of(
        call.operation(),
        call.caller(),
        call.text("StreamName"),
        call.text("StreamARN").or(() -> call.text("ResourceARN")));
  }

  private Answer tag(Call call) {
    change(
        call,
        tags -> {
          JsonNode given = call.input().get("Tags");
          if (given.isArray()) {
            given.forEach(
                each -> tags.put(each.get("Key").textValue(), each.get("Value").textValue()));
          } else {
            given
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().textValue()));
          }
        });
    return Json.nothing();
  }

  private Answer untag(Call call) {
    change(
        call, tags -> call.input().get("TagKeyList").forEach(key -> tags.remove(key.textValue())));
    return Json.nothing();
  }

  private void change(Call call, Consumer<Map<String, String>> step) {
    streams.change(
        stream(call),
        now -> {
          var tags = new HashMap<>(now.settings().tags());
          step.accept(tags);
          if (tags.size() > MOST_TAGS) {
            throw new Refusal(
                ErrorName.TAGS_PER_RESOURCE_EXCEEDED_LIMIT,
                "A stream can have up to " + MOST_TAGS + " tags.");
          }
          return now.with(VideoStream.withTags(now.settings(), tags));
        });
  }

  /** All are on the first page, so there is no token for another. */
  private Answer list(Call call) {
    if (!call.text("NextToken").orElse("").isEmpty()) {
      throw PageToken.foreign();
    }
    ObjectNode body = Json.object();
    ObjectNode tags = body.putObject("Tags");
    StreamSettings settings = stream(call).stream().settings();
    settings.tags().forEach(tags::put);
    if (settings.durability() == Durability.WRITTEN) {
      // PERSISTED means less than it seems then: the producer's operator can see it here.
      tags.put(DURABILITY, "written");
    }
    return new Answer.Json(body);
  }
}
