// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.control.Stream;
import dev.weir.model.MediaTime;
import dev.weir.model.SimpleTag;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * How the picture of a fragment is called in a bucket, and what is said of it there:
 * PREFIX_ACCOUNT_STREAM_TIME_GUID.jpg, the time in milliseconds since the epoch. Immutable.
 */
record ObjectKey(String text, Map<String, String> metadata) {

  private static final String PREFIX_TAG = "AWS_KINESISVIDEO_IMAGE_PREFIX";

  /** A picture that is sent again has the same key. */
  static ObjectKey of(
      Delivery delivery, StreamConfiguration configuration, String account, Stream stream) {
    Delivery.Tagged tagged = delivery.tagged().orElseThrow();
    String wanted =
        tagged.tags().stream()
            .filter(tag -> tag.name().equals(PREFIX_TAG))
            .map(SimpleTag::value)
            .findFirst()
            .orElse(configuration.prefix());
    long shownNs = delivery.timeNs();
    if (configuration.byServer()) {
      shownNs += tagged.serverTimeNs() - tagged.producerTimeNs();
    }
    String unique = stream.id() + "/" + delivery.sequence() + "/" + delivery.of();
    String key =
        String.join(
            "_",
            wanted,
            account,
            stream.name().value(),
            millis(shownNs),
            UUID.nameUUIDFromBytes(unique.getBytes(StandardCharsets.UTF_8)).toString());
    String ending = delivery.contentType().equals("image/png") ? ".png" : ".jpg";
    return new ObjectKey(key + ending, metadata(delivery, tagged));
  }

  private static Map<String, String> metadata(Delivery delivery, Delivery.Tagged tagged) {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("aws_kinesisvideo_fragment_number", delivery.of());
    metadata.put("aws_kinesisvideo_producer_timestamp", millis(tagged.producerTimeNs()));
    metadata.put("aws_kinesisvideo_server_timestamp", millis(tagged.serverTimeNs()));
    for (SimpleTag tag : tagged.tags()) {
      String name = tag.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_.-]", "-");
      // A header can hold no more than visible letters of ASCII.
      String value = tag.value().replaceAll("[^ -~]", "?").strip();
      if (!tag.name().toUpperCase(Locale.ROOT).startsWith(Delivery.RESERVED)) {
        metadata.putIfAbsent(name, value);
      }
    }
    return metadata;
  }

  private static String millis(long ns) {
    return Long.toString(ns / MediaTime.NANOS_PER_MILLI);
  }
}
