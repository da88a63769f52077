// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.control.Stream;
import dev.weir.model.InvalidArgument;
import dev.weir.model.TimeRange;
import dev.weir.playback.clip.Clip;
import dev.weir.playback.clip.ClipFormat;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.stream.Collectors;

/**
 * {@code /v1/streams/{s}/clip.mp4} and {@code .mkv}: any range as one file. Thread-safe; blocks on
 * the archive.
 */
final class ClipResource {

  /** A header must stay small: of a clip with more holes than this the first are named. */
  private static final int MOST_PIECES_NAMED = 64;

  private final Services services;

  ClipResource(Services services) {
    this.services = services;
  }

  Response mp4(Request request) {
    return answer(request, ClipFormat.MP4, "mp4");
  }

  Response mkv(Request request) {
    return answer(request, ClipFormat.MKV, "mkv");
  }

  private Response answer(Request request, ClipFormat format, String extension) {
    String gaps = request.parameter("gaps").orElse("skip");
    if (!gaps.equals("skip")) {
      throw new InvalidArgument("unknown choice", "gaps", "skip", gaps);
    }
    Stream stream = services.streams().require(request.stream());
    Clip plain =
        services
            .clips()
            .open(
                stream.id(),
                StreamsResource.range(request),
                StreamsResource.clock(request),
                format);
    Clip clip =
        signed(request, format)
            ? services.signedClips().sign(stream.id(), stream.name(), plain)
            : plain;
    return Response.of(HttpResponseStatus.OK, clip.contentType(), clip.body())
        .with(HttpHeaderNames.ETAG, clip.etag())
        .with(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .with(
            HttpHeaderNames.CONTENT_DISPOSITION,
            "inline; filename=\"" + stream.name().value() + "." + extension + "\"")
        .with("Weir-Clip-From", Json.time(clip.fromNs()))
        .with("Weir-Clip-To", Json.time(clip.toNs()))
        .with(
            "Weir-Clip-Pieces",
            clip.pieces().stream()
                .limit(MOST_PIECES_NAMED)
                .map(ClipResource::interval)
                .collect(Collectors.joining(", ")));
  }

  private static boolean signed(Request request, ClipFormat format) {
    return switch (request.parameter("evidence").orElse("none")) {
      case "none" -> false;
      case "signed" -> {
        if (format != ClipFormat.MP4) {
          throw new InvalidArgument("evidence", "evidence", "signed with clip.mp4", "clip.mkv");
        }
        yield true;
      }
      case String other ->
          throw new InvalidArgument("unknown choice", "evidence", "none or signed", other);
    };
  }

  /** As ISO 8601 writes an interval. */
  private static String interval(TimeRange piece) {
    return Json.time(piece.fromNs()) + "/" + Json.time(piece.toNs());
  }
}
