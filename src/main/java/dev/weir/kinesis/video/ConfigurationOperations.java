// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.kinesis.ErrorName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a stream is told to do beside keeping media: images, notifications, its storage tier. It is
 * kept and given back. Thread-safe.
 */
final class ConfigurationOperations {

  private static final long SHORTEST_INTERVAL_MS = 200;
  private static final String IMAGES = "ImageGenerationConfiguration";
  private static final String NOTIFICATIONS = "NotificationConfiguration";

  private static final Rule DESTINATION_URI =
      Shapes.text(1, 255, "^[a-zA-Z_0-9]+:(//)?([^/]+)/?([^*]*)$");

  private static final Rule BUCKET_URI =
      destination("s3", uri -> uri.matches("s3:/{0,2}[^/:]+(/.*)?"));

  private static final Rule TOPIC_URI =
      destination("arn, http or https", ConfigurationOperations::isTopic);

  private static final Structure IMAGE_GENERATION =
      Structure.EMPTY
          .required("Status", Shapes.SWITCH)
          .required("ImageSelectorType", Shapes.TIMESTAMP_ORIGIN)
          .required(
              "DestinationConfig",
              Structure.EMPTY
                  .required("Uri", BUCKET_URI)
                  .required(
                      "DestinationRegion", Shapes.text(9, 14, "^[a-z]+(-[a-z]+)?-[a-z]+-[0-9]$")))
          .required("SamplingInterval", Shapes.whole(SHORTEST_INTERVAL_MS, Integer.MAX_VALUE))
          .required("Format", Shapes.choice("JPEG", "PNG"))
          .optional("FormatConfig", Shapes.FORMAT_CONFIG)
          .optional("WidthPixels", Shapes.whole(1, 3840))
          .optional("HeightPixels", Shapes.whole(1, 2160));

  private static final Structure NOTIFICATION =
      Structure.EMPTY
          .required("Status", Shapes.SWITCH)
          .required("DestinationConfig", Structure.EMPTY.required("Uri", TOPIC_URI));

  private final VideoStreams streams;

  ConfigurationOperations(VideoStreams streams) {
    this.streams = streams;
  }

  List<Operation> operations() {
    return List.of(
        operation(
            "DescribeImageGenerationConfiguration",
            Shapes.STREAM,
            call -> describe(call, IMAGES, VideoStream.IMAGE_GENERATION)),
        operation(
            "UpdateImageGenerationConfiguration",
            Shapes.STREAM.optional(IMAGES, IMAGE_GENERATION),
            call -> update(call, IMAGES, VideoStream.IMAGE_GENERATION)),
        operation(
            "DescribeNotificationConfiguration",
            Shapes.STREAM,
            call -> describe(call, NOTIFICATIONS, VideoStream.NOTIFICATION)),
        operation(
            "UpdateNotificationConfiguration",
            Shapes.STREAM.optional(NOTIFICATIONS, NOTIFICATION),
            call -> update(call, NOTIFICATIONS, VideoStream.NOTIFICATION)),
        operation("DescribeStreamStorageConfiguration", Shapes.STREAM, this::describeStorage),
        operation(
            "UpdateStreamStorageConfiguration",
            Shapes.STREAM
                .required("CurrentVersion", Shapes.VERSION)
                .required("StreamStorageConfiguration", Shapes.STORAGE_CONFIGURATION),
            this::updateStorage));
  }

  /** What the model lets through, and leads somewhere. */
  private static Rule destination(String scheme, Predicate<String> leads) {
    return (path, value) -> {
      DESTINATION_URI.check(path, value);
      if (!leads.test(value.textValue())) {
        throw Rule.broken(path, "must be a valid URI of the scheme " + scheme);
      }
    };
  }

  private static boolean isTopic(String uri) {
    if (uri.startsWith("arn:")) {
      return true;
    }
    try {
      var address = new URI(uri);
      return address.getHost() != null
          && List.of("http", "https")
              .contains(String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Operation operation(String name, Structure input, Operation.Action action) {
    return Operation.of(name, input, ErrorName.ACCESS_DENIED, action);
  }

  private Answer describe(Call call, String member, String attribute) {
    ObjectNode body = Json.object();
    streams.of(call).attribute(attribute).ifPresent(text -> body.set(member, Json.read(text)));
    return new Answer.Json(body);
  }

  /** What is left out is taken away. */
  private Answer update(Call call, String member, String attribute) {
    VideoStream stream = streams.retaining(call);
    JsonNode configuration = call.input().path(member);
    Optional<String> text =
        Rule.absent(configuration) ? Optional.empty() : Optional.of(configuration.toString());
    streams.change(stream, now -> new VideoStream(now).with(attribute, text));
    return Json.nothing();
  }

  private Answer describeStorage(Call call) {
    VideoStream stream = streams.of(call);
    ObjectNode body =
        Json.object()
            .put("StreamName", stream.stream().name().value())
            .put("StreamARN", streams.identity().arn(stream.stream()));
    body.putObject("StreamStorageConfiguration").put("DefaultStorageTier", stream.storageTier());
    return new Answer.Json(body);
  }

  private Answer updateStorage(Call call) {
    String tier = call.input().at("/StreamStorageConfiguration/DefaultStorageTier").textValue();
    streams.change(
        streams.of(call),
        call.required("CurrentVersion"),
        now -> new VideoStream(now).withStorageTier(tier));
    return Json.nothing();
  }
}
