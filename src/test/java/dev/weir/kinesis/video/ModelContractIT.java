// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The service's own models, operation by operation: an input that keeps to the model is understood,
 * and one that breaks it in one place (a member left out, a text that does not fit its pattern or
 * length, a word that there is not, a number out of its range) is refused with an error that the
 * model has for the operation.
 */
final class ModelContractIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> MODELS =
      List.of("kinesisvideo", "kinesis-video-media", "kinesis-video-archived-media");

  /** Refused by name, whatever their input. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "CreateSignalingChannel",
          "DescribeSignalingChannel",
          "ListSignalingChannels",
          "UpdateSignalingChannel",
          "DeleteSignalingChannel",
          "GetSignalingChannelEndpoint",
          "DescribeMediaStorageConfiguration",
          "UpdateMediaStorageConfiguration");

  /** Its members are header fields. */
  private static final String OF_HEADERS = "PutMedia";

  /** Texts that fit patterns from which none can be made by rule. */
  private static final Map<String, String> FITTING =
      Map.ofEntries(
          Map.entry("PlaybackMode", "ON_DEMAND"),
          Map.entry("StreamName", "cam"),
          Map.entry("DeviceName", "lens"),
          Map.entry("ComparisonValue", "cam"),
          Map.entry("MediaType", "video/h264"),
          Map.entry("KmsKeyId", "alias/key"),
          Map.entry("CurrentVersion", "abc"),
          Map.entry("NextToken", "AAAA"),
          Map.entry("Key", "tag"),
          Map.entry("Value", "text"),
          Map.entry("HubDeviceArn", "arn:aws:iot:us-east-1:000000000000:thing/hub"),
          Map.entry(
              "MediaUriSecretArn", "arn:aws:secretsmanager:us-east-1:000000000000:secret:camera"),
          Map.entry("ScheduleExpression", "0 0 12 * * ?"),
          Map.entry("Uri", "s3://bucket/prefix"),
          Map.entry("DestinationRegion", "us-east-1"),
          Map.entry("AfterFragmentNumber", "91343852333181432392682062607743920146159169392"),
          Map.entry("ContinuationToken", "91343852333181432392682062607743920146159169392"),
          Map.entry("Fragments", "91343852333181432392682062607743920146159169392"),
          Map.entry("JPEGQuality", "80"));

  @TempDir static Path data;
  private static RunningWeir weir;

  @BeforeAll
  static void start() {
    weir = new RunningWeir(data);
  }

  @AfterAll
  static void stop() {
    weir.close();
  }

  /** A call that breaks the model in one place. */
  record Violation(String operation, String path, Set<String> errors, String what, JsonNode input) {
    @Override
    public String toString() {
      return operation + ": " + what;
    }
  }

  private static JsonNode model(String name) {
    try (InputStream in =
        ModelContractIT.class.getResourceAsStream("/models/" + name + "-2017-09-30-model.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<Violation> each(boolean broken) {
    var found = new ArrayList<Violation>();
    for (String name : MODELS) {
      JsonNode model = model(name);
      for (JsonNode operation : model.get("operations")) {
        String operationName = operation.get("name").asText();
        if (!operationName.equals(OF_HEADERS) && !UNSUPPORTED.contains(operationName)) {
          found.addAll(of(model, operation, broken));
        }
      }
    }
    return found.stream();
  }

  private static List<Violation> of(JsonNode model, JsonNode operation, boolean broken) {
    var errors = new TreeSet<String>();
    operation.path("errors").forEach(error -> errors.add(error.get("shape").asText()));
    String shape = operation.at("/input/shape").asText();
    var maker = new Inputs(model.get("shapes"));
    JsonNode whole = maker.fitting(shape, "");
    var found = new ArrayList<Violation>();
    String name = operation.get("name").asText();
    String path = operation.at("/http/requestUri").asText();
    if (!broken) {
      // A token is none that was given, which no model can say.
      JsonNode untoldOf = ((ObjectNode) whole.deepCopy()).without("NextToken");
      // Nor what a place for notifications is, where pictures go to another.
      if (untoldOf.at("/NotificationConfiguration/DestinationConfig") instanceof ObjectNode place) {
        place.put("Uri", "arn:aws:sns:us-east-1:000000000000:topic");
      }
      found.add(new Violation(name, path, errors, "whole", untoldOf));
      return found;
    }
    maker.violations(
        shape,
        whole,
        "",
        (what, input) -> found.add(new Violation(name, path, errors, what, input)));
    return found;
  }

  @Test
  void aBodyIsOneObjectAndNothingAfterIt() {
    for (String body : List.of("{}x", "{}{}", "{} ]")) {
      HttpResponse<String> answer =
          weir.send(
              HttpRequest.newBuilder(URI.create(weir.url("/listStreams")))
                  .POST(HttpRequest.BodyPublishers.ofString(body)));
      assertThat(error(answer)).as(body).isEqualTo("InvalidArgumentException");
    }
  }

  static Stream<Violation> whole() {
    return each(false);
  }

  static Stream<Violation> violations() {
    return each(true);
  }

  private static HttpResponse<String> call(Violation violation) {
    return weir.send(
        HttpRequest.newBuilder(URI.create(weir.url(violation.path)))
            .POST(HttpRequest.BodyPublishers.ofString(violation.input.toString())));
  }

  private static String error(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-amzn-ErrorType").orElse("");
  }

  @ParameterizedTest
  @MethodSource("violations")
  void whatBreaksTheModelIsRefusedWithAnErrorOfTheModel(Violation violation) throws IOException {
    HttpResponse<String> answer = call(violation);
    assertThat(error(answer))
        .as(answer.body())
        .isIn("InvalidArgumentException", "InvalidResourceFormatException")
        .isIn(violation.errors);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).path("__type").asText()).isEqualTo(error(answer));
    assertThat(answer.headers().firstValue("x-amzn-RequestId")).isPresent();
  }

  /** All that may be wrong with it is what is there: no such stream, another version. */
  @ParameterizedTest
  @MethodSource("whole")
  void whatKeepsToTheModelIsUnderstood(Violation call) {
    HttpResponse<String> answer = call(call);
    assertThat(error(answer)).as(answer.body()).isNotEqualTo("InvalidArgumentException");
    if (!error(answer).isEmpty()) {
      assertThat(error(answer)).as(answer.body()).isIn(call.errors);
    }
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() {
    for (String name : UNSUPPORTED) {
      String path = "/" + Character.toLowerCase(name.charAt(0)) + name.substring(1);
      HttpResponse<String> answer =
          call(new Violation(name, path, Set.of(), "", JSON.createObjectNode()));
      assertThat(error(answer)).isEqualTo("UnsupportedOperationException");
      assertThat(answer.body()).contains(name);
    }
  }

  private interface Found {
    void add(String what, JsonNode input);
  }

  /** Makes inputs of shapes. */
  private record Inputs(JsonNode shapes) {

    JsonNode fitting(String shapeName, String member) {
      JsonNode shape = shapes.get(shapeName);
      return switch (shape.get("type").asText()) {
        case "structure" -> {
          ObjectNode object = JSON.createObjectNode();
          shape.get("members").properties().stream()
              .filter(each -> !each.getKey().endsWith("ARN") || isRequired(shape, each.getKey()))
              .forEach(each ->
                  object.set(
                      each.getKey(),
                      fitting(each.getValue().get("shape").asText(), each.getKey())));
          yield object;
        }
        case "list" ->
            JSON.createArrayNode().add(fitting(shape.at("/member/shape").asText(), member));
        case "map" -> {
          String key = fitting(shape.at("/key/shape").asText(), "Key").asText();
          JsonNode value =
              fitting(shape.at("/value/shape").asText(), key.equals("tag") ? "Value" : key);
          yield JSON.createObjectNode().set(key, value);
        }
        case "integer", "long" ->
            JSON.getNodeFactory().numberNode(Math.max(shape.path("min").asLong(1000), 1));
        case "timestamp" ->
            JSON.getNodeFactory()
                .numberNode(member.startsWith("End") ? 1_800_000_100 : 1_800_000_000);
        case "boolean" -> JSON.getNodeFactory().booleanNode(true);
        default -> JSON.getNodeFactory().textNode(text(shape, member));
      };
    }

    private static boolean isRequired(JsonNode shape, String name) {
      for (JsonNode each : shape.path("required")) {
        if (each.asText().equals(name)) {
          return true;
        }
      }
      return false;
    }

    private static String text(JsonNode shape, String member) {
      if (shape.has("enum")) {
        return member.equals("PlaybackMode")
            ? FITTING.getOrDefault(member, "")
            : shape.get("enum").get(0).asText();
      }
      if (member.endsWith("ARN")) {
        return "arn:aws:kinesisvideo:us-east-1:000000000000:stream/cam/1770091506007";
      }
      String text = FITTING.getOrDefault(member, "tag");
      assertThat(text).as(member).matches(shape.path("pattern").asText(".*"));
      return text;
    }

    /** Breaks one thing after another in copies of an input. */
    void violations(String shapeName, JsonNode whole, String at, Found found) {
      JsonNode shape = shapes.get(shapeName);
      for (Map.Entry<String, JsonNode> member : shape.get("members").properties()) {
        String name = member.getKey();
        String path = at + "/" + name;
        if (isRequired(shape, name)) {
          found.add(path + " left out", without(whole, at, name));
        }
        if (whole.at(path).isMissingNode()) {
          continue;
        }
        JsonNode its = shapes.get(member.getValue().get("shape").asText());
        switch (its.get("type").asText()) {
          case "structure" ->
              violations(member.getValue().get("shape").asText(), whole, path, found);
          case "string" -> texts(its, whole, path, found);
          case "integer", "long" -> numbers(its, whole, path, found);
          case "list" -> lists(its, whole, path, found);
          case "map" -> found.add(path + " a text", with(whole, path, "text"));
          default -> found.add(path + " a text", with(whole, path, "text"));
        }
      }
    }

    private static void texts(JsonNode shape, JsonNode whole, String path, Found found) {
      found.add(path + " a number", with(whole, path, 17));
      if (shape.has("enum")) {
        found.add(path + " an unknown word", with(whole, path, "SOMETHING"));
      }
      if (shape.has("pattern") && !"!\n*".matches(shape.get("pattern").asText())) {
        found.add(path + " against its pattern", with(whole, path, "!\n*"));
      }
      if (shape.path("min").asInt(0) > 0) {
        found.add(path + " empty", with(whole, path, ""));
      }
      if (shape.has("max")) {
        found.add(path + " too long", with(whole, path, "a".repeat(shape.get("max").asInt() + 1)));
      }
    }

    private static void numbers(JsonNode shape, JsonNode whole, String path, Found found) {
      found.add(path + " a text", with(whole, path, "many"));
      if (shape.has("min")) {
        found.add(path + " too small", with(whole, path, shape.get("min").asInt() - 1));
      }
      if (shape.has("max")) {
        found.add(path + " too large", with(whole, path, shape.get("max").asInt() + 1));
      }
    }

    private static void lists(JsonNode shape, JsonNode whole, String path, Found found) {
      found.add(path + " a text", with(whole, path, "text"));
      if (shape.path("min").asInt(0) > 0) {
        found.add(path + " empty", with(whole, path, JSON.createArrayNode()));
      }
      if (shape.has("max")) {
        ArrayNode many = JSON.createArrayNode();
        for (int i = 0; i <= shape.get("max").asInt(); i++) {
          many.add(whole.at(path).get(0));
        }
        found.add(path + " of too many", with(whole, path, many));
      }
    }

    private static JsonNode without(JsonNode whole, String at, String name) {
      ObjectNode copy = whole.deepCopy();
      ((ObjectNode) copy.at(at)).remove(name);
      return copy;
    }

    private static JsonNode with(JsonNode whole, String path, Object value) {
      ObjectNode copy = whole.deepCopy();
      int slash = path.lastIndexOf('/');
      ((ObjectNode) copy.at(path.substring(0, slash)))
          .set(path.substring(slash + 1), JSON.valueToTree(value));
      return copy;
    }
  }
}
