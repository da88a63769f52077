// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.control.Stream;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.model.TimeRange;
import dev.weir.playback.clip.Clip;
import dev.weir.playback.clip.ClipFormat;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.stream.Collectors;

/**
 * {@code /v1/streams/{s}/clip.mp4} and {@code .mkv}: any range as one file, or its key frames as a
 * timelapse. Thread-safe; blocks on the archive.
 */
final class ClipResource {

  /** A header must stay small: of a clip with more holes than this the first are named. */
  private static final int MOST_PIECES_NAMED = 64;

  private static final long SHORTEST_STEP_NS = 100 * MediaTime.NANOS_PER_MILLI;

  /** Pictures a second of a timelapse. */
  private static final int DEFAULT_RATE = 25;

  private static final int MOST_RATE = 120;

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
    Clip clip =
        request.parameter("every").isPresent()
            ? timelapse(request, stream, format)
            : plain(request, stream, format);
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

  private Clip plain(Request request, Stream stream, ClipFormat format) {
    boolean signed = signed(request, format);
    Clip clip =
        services
            .clips()
            .open(
                stream.id(),
                StreamsResource.range(request),
                StreamsResource.clock(request),
                format);
    return signed ? services.signedClips().sign(stream.id(), stream.name(), clip) : clip;
  }

  private Clip timelapse(Request request, Stream stream, ClipFormat format) {
    long everyNs = request.durationNs("every").orElseThrow();
    if (everyNs < SHORTEST_STEP_NS) {
      throw new InvalidArgument(
          "invalid duration", "every", "100ms or more", request.parameter("every").orElse(""));
    }
    if (signed(request, format)) {
      throw new InvalidArgument("evidence", "evidence", "a clip without every", "signed");
    }
    return services
        .frames()
        .timelapse(
            stream.id(),
            StreamsResource.range(request),
            StreamsResource.clock(request),
            everyNs,
            request.number("rate", DEFAULT_RATE, 1, MOST_RATE),
            format);
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
