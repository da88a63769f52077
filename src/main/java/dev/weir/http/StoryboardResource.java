// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import dev.weir.control.Stream;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.playback.storyboard.SheetPlan;
import dev.weir.playback.storyboard.Storyboards;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;

/**
 * {@code /v1/streams/{s}/storyboard.vtt} and {@code .jpg}: small pictures for a bar that is
 * scrubbed. Thread-safe; blocks on the archive, on a decoder and on the disk.
 */
final class StoryboardResource {

  private static final int DEFAULT_WIDTH = 160;
  private static final int LEAST_WIDTH = 16;
  private static final int MOST_WIDTH = 480;

  private final Services services;

  StoryboardResource(Services services) {
    this.services = services;
  }

  Response vtt(Request request) {
    Stream stream = services.streams().require(request.stream());
    String text = services.storyboards().vtt(stream.id(), plan(stream, request));
    return Response.text(HttpResponseStatus.OK, "text/vtt; charset=utf-8", text)
        .with(HttpHeaderNames.CACHE_CONTROL, "no-cache");
  }

  Response jpeg(Request request) {
    Stream stream = services.streams().require(request.stream());
    Storyboards.Sheet sheet = services.storyboards().sheet(stream.id(), plan(stream, request));
    return Response.of(HttpResponseStatus.OK, "image/jpeg", ByteSource.of(sheet.jpeg().toArray()))
        .with(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .with(HttpHeaderNames.ETAG, sheet.etag());
  }

  private SheetPlan plan(Stream stream, Request request) {
    Optional<Long> everyNs = request.durationNs("every");
    if (everyNs.isPresent() && everyNs.get() < MediaTime.NANOS_PER_SECOND) {
      throw new InvalidArgument(
          "invalid duration", "every", "1s or more", request.parameter("every").orElse(""));
    }
    return services
        .storyboards()
        .plan(
            stream.id(),
            StreamsResource.range(request),
            StreamsResource.clock(request),
            everyNs,
            request.number("width", DEFAULT_WIDTH, LEAST_WIDTH, MOST_WIDTH));
  }
}
