// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import dev.weir.control.Stream;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.playback.frame.Frame;
import dev.weir.playback.frame.FrameForm;
import dev.weir.playback.frame.FrameRequest;
import dev.weir.playback.frame.When;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * {@code /v1/streams/{s}/frame.jpg}, {@code .png}, {@code .webp} and {@code .mp4}: the picture
 * shown at an instant. Thread-safe; blocks on the archive and on a decoder.
 */
final class FrameResource {

  private final Services services;

  FrameResource(Services services) {
    this.services = services;
  }

  Response jpeg(Request request) {
    return answer(request, decoded(request, FrameForm.Image.JPG));
  }

  Response png(Request request) {
    return answer(request, decoded(request, FrameForm.Image.PNG));
  }

  Response webp(Request request) {
    return answer(request, decoded(request, FrameForm.Image.WEBP));
  }

  private static FrameRequest decoded(Request request, FrameForm.Image image) {
    return new FrameRequest.Decoded(when(request), form(request, image), nearestKey(request));
  }

  Response keyFrame(Request request) {
    return answer(request, new FrameRequest.KeyFrame(when(request)));
  }

  /** Size and quality as they are asked for. */
  static FrameForm form(Request request, FrameForm.Image image) {
    return new FrameForm(
        image,
        request.number("quality", FrameForm.DEFAULT_QUALITY, 1, 100),
        request.number("width", FrameForm.LARGEST_SIDE, 1, FrameForm.LARGEST_SIDE),
        request.number("height", FrameForm.LARGEST_SIDE, 1, FrameForm.LARGEST_SIDE));
  }

  /** Whether the key frame before will do. */
  static boolean nearestKey(Request request) {
    return switch (request.parameter("nearest").orElse("frame")) {
      case "frame" -> false;
      case "keyframe" -> true;
      case String other ->
          throw new InvalidArgument("unknown choice", "nearest", "frame or keyframe", other);
    };
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
