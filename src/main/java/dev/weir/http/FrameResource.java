// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import dev.weir.control.Stream;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.playback.frame.Frame;
import dev.weir.playback.frame.FrameRequest;
import dev.weir.playback.frame.When;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * {@code /v1/streams/{s}/frame.jpg}, {@code .png} and {@code .mp4}: the picture shown at an
 * instant. Thread-safe; blocks on the archive and on a decoder.
 */
final class FrameResource {

  private static final int LARGEST_SIDE = 16_384;
  private static final int DEFAULT_QUALITY = 85;

  private final Services services;

  FrameResource(Services services) {
    this.services = services;
  }

  Response jpeg(Request request) {
    int quality = request.number("quality", DEFAULT_QUALITY, 1, 100);
    return answer(
        request, FrameRequest.jpeg(when(request), quality, width(request), height(request)));
  }

  Response png(Request request) {
    return answer(request, FrameRequest.png(when(request), width(request), height(request)));
  }

  Response keyFrame(Request request) {
    return answer(request, new FrameRequest.KeyFrame(when(request)));
  }

  private static int width(Request request) {
    return request.number("width", LARGEST_SIDE, 1, LARGEST_SIDE);
  }

  private static int height(Request request) {
    return request.number("height", LARGEST_SIDE, 1, LARGEST_SIDE);
  }

  private static When when(Request request) {
    String at =
        request
            .parameter("at")
            .orElseThrow(
                () -> new InvalidArgument("missing parameter", "at", "a time, or latest", "none"));
    return at.equals("latest")
        ? new When.Latest()
        : new When.At(Request.timeNs("at", at), StreamsResource.clock(request));
  }

  private Response answer(Request request, FrameRequest asked) {
    Stream stream = services.streams().require(request.stream());
    Frame frame = services.frames().frame(stream.id(), asked);
    // What is shown at a past instant stays so unless media is back-filled there: asked anew, but
    // not sent anew.
    return Response.of(
            HttpResponseStatus.OK, frame.mediaType(), ByteSource.of(frame.file().toArray()))
        .with(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .with(HttpHeaderNames.ETAG, tag(frame))
        .with("Weir-Frame-Time", Json.time(frame.producerTimeMs() * MediaTime.NANOS_PER_MILLI));
  }

  /** The picture by its time, its size and its bytes' hash. */
  private static String tag(Frame frame) {
    return "\"f-"
        + Long.toHexString(frame.producerTimeNs())
        + "-"
        + frame.width()
        + "x"
        + frame.height()
        + "-"
        + Integer.toHexString(frame.file().hashCode())
        + "\"";
  }
}
