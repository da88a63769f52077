// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.control.Stream;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.playback.Pieces;
import dev.weir.playback.frame.FrameForm;
import dev.weir.playback.frame.FramePackage;
import dev.weir.playback.frame.FrameSeries;

/**
 * {@code /v1/streams/{s}/frames}: many pictures in one answer, sent as they are decoded.
 * Thread-safe; blocks on the archive and on a decoder.
 */
final class FramesResource {

  private static final long SHORTEST_STEP_NS = MediaTime.NANOS_PER_MILLI;

  private final Services services;

  FramesResource(Services services) {
    this.services = services;
  }

  Pieces many(Request request) {
    FrameForm form = FrameResource.form(request, image(request));
    FramePackage.Format format = format(request);
    long everyNs = request.durationNs("every").orElse(MediaTime.NANOS_PER_SECOND);
    if (everyNs < SHORTEST_STEP_NS) {
      throw new InvalidArgument(
          "invalid duration", "every", "1ms or more", request.parameter("every").orElse(""));
    }
    Stream stream = services.streams().require(request.stream());
    FrameSeries series =
        services
            .frames()
            .series(
                stream.id(),
                StreamsResource.range(request),
                StreamsResource.clock(request),
                everyNs,
                FrameResource.nearestKey(request),
                form);
    return FramePackage.open(series, format, form.extension());
  }

  private static FrameForm.Image image(Request request) {
    return switch (request.parameter("image").orElse("jpg")) {
      case "jpg" -> FrameForm.Image.JPG;
      case "png" -> FrameForm.Image.PNG;
      case "webp" -> FrameForm.Image.WEBP;
      case String other ->
          throw new InvalidArgument("unknown choice", "image", "jpg, png or webp", other);
    };
  }

  private static FramePackage.Format format(Request request) {
    return switch (request.parameter("format").orElse("multipart")) {
      case "multipart" -> FramePackage.Format.MULTIPART;
      case "zip" -> FramePackage.Format.ZIP;
      case String other ->
          throw new InvalidArgument("unknown choice", "format", "multipart or zip", other);
    };
  }
}
