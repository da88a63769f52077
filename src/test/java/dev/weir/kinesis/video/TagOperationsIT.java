// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesisvideo.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideo.model.InvalidResourceFormatException;
import software.amazon.awssdk.services.kinesisvideo.model.NotAuthorizedException;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesisvideo.model.Tag;
import software.amazon.awssdk.services.kinesisvideo.model.TagsPerResourceExceededLimitException;

/** Tags of streams, by both of the ways that there are to name one, by the SDK for Java 2. */
final class TagOperationsIT extends ControlOperations {

  private Map<String, String> tags() {
    return client.listTagsForStream(call -> call.streamName("cam")).tags();
  }

  @Test
  void aStreamIsTaggedAndUntagged() {
    String version = version();
    client.tagStream(call -> call.streamName("cam").tags(Map.of("place", "hall", "floor", "1")));
    client.tagStream(call -> call.streamARN(arn).tags(Map.of("floor", "2", "größe", "")));
    assertThat(tags())
        .containsExactlyInAnyOrderEntriesOf(Map.of("place", "hall", "floor", "2", "größe", ""));
    client.untagStream(call -> call.streamName("cam").tagKeyList("floor", "no such"));
    assertThat(tags()).containsExactlyInAnyOrderEntriesOf(Map.of("place", "hall", "größe", ""));
    assertThat(version()).isEqualTo(version);
    assertThat(weir.json("/v1/streams/cam").at("/tags/place").asText()).isEqualTo("hall");
  }

  @Test
  void thereIsNoSecondPage() {
    refused(
        () -> client.listTagsForStream(call -> call.streamName("cam").nextToken("abc")),
        InvalidArgumentException.class);
    refused(
        () -> client.listTagsForResource(call -> call.resourceARN(arn).nextToken("abc")),
        InvalidArgumentException.class);
  }

  @Test
  void aResourceIsTaggedAndUntagged() {
    client.tagResource(call -> call.resourceARN(arn).tags(tag("place", "hall"), tag("floor", "2")));
    client.untagResource(call -> call.resourceARN(arn).tagKeyList("place"));
    assertThat(client.listTagsForResource(call -> call.resourceARN(arn)).tags())
        .containsExactly(Map.entry("floor", "2"));
    assertThat(tags()).containsExactly(Map.entry("floor", "2"));
  }

  @Test
  void aStreamWhosePersistedIsNoMoreThanWrittenSaysSo() {
    assertThat(weir.put("/v1/streams/loose", "{\"durability\":\"written\"}").statusCode())
        .isEqualTo(201);
    assertThat(client.listTagsForStream(call -> call.streamName("loose")).tags())
        .containsExactly(Map.entry("weir:durability", "written"));
    assertThat(tags()).isEmpty();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  private static Map<String, String> many(int count) {
    var tags = new HashMap<String, String>();
    for (int i = 0; i < count; i++) {
      tags.put("tag" + i, "");
    }
    return tags;
  }

  @Test
  void aStreamHasFiftyTagsAtMost() {
    client.tagStream(call -> call.streamName("cam").tags(many(50)));
    client.tagStream(call -> call.streamName("cam").tags(Map.of("tag7", "again")));
    refused(
        () -> client.tagStream(call -> call.streamName("cam").tags(Map.of("one more", ""))),
        TagsPerResourceExceededLimitException.class);
    refused(
        () -> client.tagResource(call -> call.resourceARN(arn).tags(tag("one more", ""))),
        TagsPerResourceExceededLimitException.class);
    assertThat(tags()).hasSize(50).containsEntry("tag7", "again");
  }

  @Test
  void whatIsNoArnAndWhatIsGoneAreToldApart() {
    refused(
        () -> client.tagStream(call -> call.streamARN("cam").tags(many(1))),
        InvalidResourceFormatException.class);
    refused(
        () -> client.untagStream(call -> call.streamARN("cam").tagKeyList("a")),
        InvalidResourceFormatException.class);
    refused(
        () -> client.listTagsForStream(call -> call.streamARN("cam")),
        InvalidResourceFormatException.class);
    refused(
        () -> client.listTagsForStream(call -> call.streamARN(GONE)),
        ResourceNotFoundException.class);
    refused(
        () -> client.tagStream(call -> call.streamName("none").tags(many(1))),
        ResourceNotFoundException.class);
    refused(
        () -> client.untagStream(call -> call.streamName("none").tagKeyList("a")),
        ResourceNotFoundException.class);
    refused(
        () -> client.listTagsForResource(call -> call.resourceARN("cam")),
        InvalidArgumentException.class);
    refused(
        () -> client.listTagsForResource(call -> call.resourceARN(GONE)),
        ResourceNotFoundException.class);
    refused(
        () -> client.tagResource(call -> call.resourceARN(GONE).tags(tag("a", ""))),
        ResourceNotFoundException.class);
    refused(
        () -> client.untagResource(call -> call.resourceARN(GONE).tagKeyList("a")),
        ResourceNotFoundException.class);
  }

  @Test
  void whatNoTagCanBeIsRefused() {
    for (String key : List.of("", "a,b", "n".repeat(129))) {
      refused(
          () -> client.tagStream(call -> call.streamName("cam").tags(Map.of(key, ""))),
          InvalidArgumentException.class);
    }
    refused(
        () -> client.tagStream(call -> call.streamName("cam").tags(Map.of("a", "v".repeat(257)))),
        InvalidArgumentException.class);
    refused(() -> client.tagStream(call -> call.tags(many(1))), InvalidArgumentException.class);
    assertThat(tags()).isEmpty();
  }

  @Test
  void whoMayNotIsRefused() {
    refused(
        () -> powerless.tagStream(call -> call.streamName("cam").tags(many(1))),
        NotAuthorizedException.class);
    refused(
        () -> powerless.untagStream(call -> call.streamName("cam").tagKeyList("a")),
        NotAuthorizedException.class);
    refused(
        () -> powerless.listTagsForStream(call -> call.streamName("cam")),
        NotAuthorizedException.class);
    denied(() -> powerless.tagResource(call -> call.resourceARN(arn).tags(tag("a", ""))));
    denied(() -> powerless.untagResource(call -> call.resourceARN(arn).tagKeyList("a")));
    denied(() -> powerless.listTagsForResource(call -> call.resourceARN(arn)));
  }
}
