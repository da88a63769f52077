// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import dev.weir.control.Stream;
import dev.weir.model.FragmentNumber;
import dev.weir.model.NotFound;
import dev.weir.model.RunId;
import dev.weir.playback.hls.HlsQuery;
import dev.weir.playback.hls.Rendition;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /v1/streams/{s}/hls/…}: playlists and the segments they name. Thread-safe; blocks on the
 * archive.
 */
final class HlsResource {

  private static final String PLAYLIST = "application/vnd.apple.mpegurl";
  private static final Pattern INIT = Pattern.compile("([0-9]{1,19})-([0-9]{1,3})\\.mp4");
  private static final Pattern MEDIA =
      Pattern.compile("([0-9]{47})-([0-9]{1,6})-([0-9]{1,3})\\.m4s");

  private final Services services;

  HlsResource(Services services) {
    this.services = services;
  }

  Response playlist(Request request) {
    Stream stream = services.streams().require(request.stream());
    String name = request.variable("name");
    HlsQuery query = query(request, stream);
    String text;
    if (name.equals("index.m3u8")) {
      text = services.hls().multivariant(stream.id(), query, request.query());
    } else {
      Rendition rendition =
          Rendition.ofFileName(name)
              .orElseThrow(() ->
                  new NotFound(
                      "no such playlist", "name", "index.m3u8, video.m3u8 or audio.m3u8", name));
      text = services.hls().media(stream.id(), rendition, query);
    }
    return Response.text(HttpResponseStatus.OK, PLAYLIST, text)
        .with(HttpHeaderNames.CACHE_CONTROL, "no-cache");
  }

  private static HlsQuery query(Request request, Stream stream) {
    long windowNs = request.durationNs("window").orElse(HlsQuery.DEFAULT_WINDOW_NS);
    // Checks that the range is not reversed.
    StreamsResource.range(request);
    return new HlsQuery(
        request.timeNs("from"),
        request.timeNs("to"),
        StreamsResource.clock(request),
        Math.max(1_000_000_000L, windowNs),
        request.parameter(HlsQuery.ANCHOR),
        stream.settings().targetDuration().toNanos());
  }

  Response init(Request request) {
    Stream stream = services.streams().require(request.stream());
    Matcher address = address(INIT, request);
    var run = new RunId(Long.parseLong(address.group(1)));
    return immutable(
        "video/mp4",
        services.segments().init(stream.id(), run, Integer.parseInt(address.group(2))),
        address.group());
  }

  Response media(Request request) {
    Stream stream = services.streams().require(request.stream());
    Matcher address = address(MEDIA, request);
    FragmentNumber number = FragmentNumber.parse(address.group(1));
    ByteSource body =
        services
            .segments()
            .media(
                stream.id(),
                number,
                Integer.parseInt(address.group(2)),
                Integer.parseInt(address.group(3)));
    return immutable("video/iso.segment", body, address.group());
  }

  private static Matcher address(Pattern form, Request request) {
    Matcher matcher = form.matcher(request.variable("name"));
    if (!matcher.matches()) {
      throw new NotFound(
          "no such segment",
          "name",
          form.pattern(),
          request.variable("name").length() > 80 ? "a long name" : request.variable("name"));
    }
    return matcher;
  }

  /** An address names stored bytes by number and never changes meaning. */
  private static Response immutable(String contentType, ByteSource body, String address) {
    return Response.of(HttpResponseStatus.OK, contentType, body)
        .with(HttpHeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable")
        .with(HttpHeaderNames.ETAG, "\"1-" + address + "\"");
  }
}
