// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.Bytes;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.SimpleTag;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.Publications;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Fragments whose producer asked by a tag that they are told of, as notifications of Kinesis Video
 * Streams have it: the message, in the envelope that SNS sends over HTTP.
 */
final class TaggedFragments implements Occasions {

  private static final String TAG = "AWS_KINESISVIDEO_NOTIFICATION";
  private static final String SUBJECT = "Kinesis Video Streams Notification";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Hook hook;
  private final StreamId stream;
  private final String arn;
  private final Publications publications;
  private final InstantSource clock;

  TaggedFragments(
      Hook hook, StreamId stream, String arn, Publications publications, InstantSource clock) {
    this.hook = hook;
    this.stream = stream;
    this.arn = arn;
    this.publications = publications;
    this.clock = clock;
  }

  @Override
  public Optional<Delivery> of(FragmentEntry fragment, Position position, int index) {
    if (index > 0) {
      return Optional.empty();
    }
    List<SimpleTag> tags = publications.tags(stream, fragment);
    if (tags.stream().noneMatch(tag -> tag.name().equals(TAG))) {
      return Optional.empty();
    }
    return Optional.of(
        new Delivery(
            hook.on(),
            position.sequence() + 1,
            fragment.producerTimeNs(),
            fragment.number().toString(),
            "text/plain; charset=UTF-8",
            Bytes.copyOf(
                envelope(fragment, position, tags).toString().getBytes(StandardCharsets.UTF_8)),
            Optional.of(
                new Delivery.Tagged(fragment.producerTimeNs(), fragment.serverTimeNs(), tags))));
  }

  private ObjectNode envelope(FragmentEntry fragment, Position position, List<SimpleTag> tags) {
    // The same each time that it is sent.
    String id = hook.id() + "/" + stream + "/" + (position.sequence() + 1);
    return JSON.createObjectNode()
        .put("Type", "Notification")
        .put("MessageId", UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString())
        .put("TopicArn", arn)
        .put("Subject", SUBJECT)
        .put("Message", message(fragment, tags).toString())
        .put("Timestamp", Messages.time(TimeRange.nanos(clock.instant())));
  }

  private ObjectNode message(FragmentEntry fragment, List<SimpleTag> tags) {
    ObjectNode message =
        JSON.createObjectNode()
            .put("StreamArn", arn)
            .put("FragmentNumber", fragment.number().toString())
            .put(
                "FragmentStartProducerTimestamp",
                fragment.producerTimeNs() / MediaTime.NANOS_PER_MILLI)
            .put(
                "FragmentStartServerTimestamp", fragment.serverTimeNs() / MediaTime.NANOS_PER_MILLI)
            .put("NotificationType", "PERSISTED");
    ObjectNode payload = message.putObject("NotificationPayload");
    tags.stream()
        .filter(tag -> !tag.name().toUpperCase(Locale.ROOT).startsWith(Delivery.RESERVED))
        .forEach(tag -> payload.put(tag.name(), tag.value()));
    return message;
  }
}
