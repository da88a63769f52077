// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is not done here, answered so that clients understand: no stream has an edge agent or a
 * mapped channel; signalling channels are refused by name. Thread-safe.
 */
final class UnsupportedOperations {

  private static final List<String> REFUSED =
      List.of(
          "CreateSignalingChannel",
          "DescribeSignalingChannel",
          "ListSignalingChannels",
          "UpdateSignalingChannel",
          "DeleteSignalingChannel",
          "GetSignalingChannelEndpoint",
          "DescribeMediaStorageConfiguration",
          "UpdateMediaStorageConfiguration");

  private static final Rule HUB_DEVICE_ARN =
      Shapes.text(1, 1024, "arn:[a-z\\d-]+:iot:[a-z0-9-]+:[0-9]+:thing/[a-zA-Z0-9_.-]+");

  private static final Structure SCHEDULE =
      Structure.EMPTY
          .required("ScheduleExpression", Shapes.text(11, 100, "[^\\n]{11,100}"))
          .required("DurationInSeconds", Shapes.whole(60, 3600));

  private static final Structure EDGE_CONFIG =
      Structure.EMPTY
          .required("HubDeviceArn", HUB_DEVICE_ARN)
          .required(
              "RecorderConfig",
              Structure.EMPTY
                  .required(
                      "MediaSourceConfig",
                      Structure.EMPTY
                          .required(
                              "MediaUriSecretArn",
                              Shapes.text(
                                  20,
                                  2048,
                                  "arn:[a-z\\d-]+:secretsmanager:[a-z0-9-]+:[0-9]+:secret:[a-zA-Z0-9_.-]+"))
                          .required("MediaUriType", Shapes.choice("RTSP_URI", "FILE_URI")))
                  .optional("ScheduleConfig", SCHEDULE))
          .optional("UploaderConfig", Structure.EMPTY.required("ScheduleConfig", SCHEDULE))
          .optional(
              "DeletionConfig",
              Structure.EMPTY
                  .optional("EdgeRetentionInHours", Shapes.whole(1, 720))
                  .optional(
                      "LocalSizeConfig",
                      Structure.EMPTY
                          .optional("MaxLocalMediaSizeInMB", Shapes.whole(64, 2_000_000))
                          .optional(
                              "StrategyOnFullSize",
                              Shapes.choice("DELETE_OLDEST_MEDIA", "DENY_NEW_MEDIA")))
                  .optional("DeleteAfterUpload", new Rule.Flag()));

  private final VideoStreams streams;

  UnsupportedOperations(VideoStreams streams) {
    this.streams = streams;
  }

  List<Operation> operations() {
    return Stream.concat(
            edge().stream(),
            REFUSED.stream()
                .map(name ->
                    Operation.of(name, Structure.EMPTY, ErrorName.ACCESS_DENIED, this::refuse)))
        .toList();
  }

  private List<Operation> edge() {
    return List.of(
        Operation.of(
            "DescribeMappedResourceConfiguration",
            Shapes.STREAM
                .optional("MaxResults", Shapes.whole(1, 1))
                .optional("NextToken", Shapes.NEXT_TOKEN),
            ErrorName.ACCESS_DENIED,
            this::mappedResources),
        Operation.of(
            "StartEdgeConfigurationUpdate",
            Shapes.STREAM.required("EdgeConfig", EDGE_CONFIG),
            ErrorName.ACCESS_DENIED,
            this::startEdge),
        Operation.of(
            "DescribeEdgeConfiguration", Shapes.STREAM, ErrorName.ACCESS_DENIED, this::noEdge),
        Operation.of(
            "DeleteEdgeConfiguration", Shapes.STREAM, ErrorName.ACCESS_DENIED, this::noEdge),
        Operation.of(
            "ListEdgeAgentConfigurations",
            Structure.EMPTY
                .required("HubDeviceArn", HUB_DEVICE_ARN)
                .optional("MaxResults", Shapes.whole(1, 10))
                .optional("NextToken", Shapes.NEXT_TOKEN),
            ErrorName.NOT_AUTHORIZED,
            this::edgeAgents));
  }

  private Answer mappedResources(Call call) {
    streams.of(call);
    ObjectNode body = Json.object();
    body.putArray("MappedResourceConfigurationList");
    return new Answer.Json(body);
  }

  private Answer startEdge(Call call) {
    streams.of(call);
    throw new Refusal(
        ErrorName.RESOURCE_NOT_FOUND,
        "There is no edge agent "
            + call.input().at("/EdgeConfig/HubDeviceArn").textValue()
            + ": edge agents are not supported.");
  }

  private Answer noEdge(Call call) {
    streams.of(call);
    throw new Refusal(
        ErrorName.STREAM_EDGE_CONFIGURATION_NOT_FOUND, "The stream has no edge configuration.");
  }

  private Answer edgeAgents(Call call) {
    VideoStreams.require(call);
    ObjectNode body = Json.object();
    body.putArray("EdgeConfigs");
    return new Answer.Json(body);
  }

  private Answer refuse(Call call) {
    throw new Refusal(
        ErrorName.UNSUPPORTED_OPERATION, call.operation().name() + " is not supported here.");
  }
}
