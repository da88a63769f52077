// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.control.Stream;
import dev.weir.playback.frame.FrameForm;
import dev.weir.records.RecordFilter;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a stream is told, by the API of Kinesis Video Streams, to do with its pictures or fragments:
 * a hook that no client put, of this stream alone. Immutable.
 *
 * @param text as it was told
 * @param prefix of pictures: how their keys begin when the producer does not say
 * @param byServer of pictures: their keys have the server's time
 */
record StreamConfiguration(Kind kind, String text, Hook hook, String prefix, boolean byServer) {

  /** What is configured, and the attribute of a stream in which that API keeps it. */
  enum Kind {
    IMAGES("kvs-images", "kinesis.imageGeneration"),
    NOTIFICATION("kvs-notification", "kinesis.notification");

    private final String hook;
    private final String attribute;

    Kind(String hook, String attribute) {
      this.hook = hook;
      this.attribute = attribute;
    }

    /** Its id: none that a client can put. */
    String hookOf(Stream stream) {
      return hook + ":" + stream.name();
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEFAULT_QUALITY = 80;
  private static final Pattern OBJECTS =
      Pattern.compile("s3:/{0,2}([a-zA-Z0-9][a-zA-Z0-9.-]*)/?(.*)");

  /** A configuration that is switched on, and leads to a place that this server knows. */
  static Optional<StreamConfiguration> of(Kind kind, Stream stream, Instant now) {
    String text = stream.attributes().getOrDefault(kind.attribute, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(text);
      if (!node.path("Status").asText().equals("ENABLED")) {
        return Optional.empty();
      }
      String uri = node.at("/DestinationConfig/Uri").asText();
      return kind == Kind.IMAGES
          ? images(stream, text, node, uri, now)
          : HookDocument.web(uri)
              .map(url ->
                  new StreamConfiguration(
                      kind,
                      text,
                      hook(kind, stream, Duration.ZERO, url, FrameForm.JPEG, now),
                      "",
                      false));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<StreamConfiguration> images(
      Stream stream, String text, JsonNode node, String uri, Instant now) {
    Matcher objects = OBJECTS.matcher(uri);
    if (!objects.matches()) {
      return Optional.empty();
    }
    var form =
        new FrameForm(
            node.path("Format").asText().equals("PNG"),
            node.path("FormatConfig").path("JPEGQuality").asInt(DEFAULT_QUALITY),
            node.path("WidthPixels").asInt(FrameForm.LARGEST_SIDE),
            node.path("HeightPixels").asInt(FrameForm.LARGEST_SIDE));
    Hook hook =
        hook(
            Kind.IMAGES,
            stream,
            Duration.ofMillis(node.path("SamplingInterval").asLong()),
            URI.create("s3://" + objects.group(1)),
            form,
            now);
    boolean byServer = node.path("ImageSelectorType").asText().equals("SERVER_TIMESTAMP");
    return Optional.of(
        new StreamConfiguration(Kind.IMAGES, text, hook, objects.group(2), byServer));
  }

  private static Hook hook(
      Kind kind, Stream stream, Duration every, URI url, FrameForm form, Instant now) {
    return new Hook(
        kind.hookOf(stream),
        stream.name().value(),
        kind == Kind.IMAGES ? HookEvent.FRAME : HookEvent.FRAGMENT,
        every,
        false,
        url,
        "",
        kind != Kind.IMAGES,
        form,
        Hook.DEFAULT_AFTER,
        RecordFilter.ALL,
        Hook.DEFAULT_LIMIT,
        Hook.DEFAULT_GIVE_UP,
        now);
  }

  /** The bucket that pictures go into. */
  String bucket() {
    return hook.url().getAuthority();
  }

  /** Whether another says the same, whenever it was looked at. */
  boolean sameAs(StreamConfiguration other) {
    return text.equals(other.text);
  }
}
