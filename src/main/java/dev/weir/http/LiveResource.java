// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.control.Stream;
import dev.weir.model.FragmentNumber;
import dev.weir.playback.live.EndlessMedia;
import dev.weir.playback.live.LiveFormat;
import dev.weir.playback.live.LiveStart;
import java.util.Optional;

/**
 * {@code /v1/streams/{s}/live.mkv} and {@code .mp4}: the stream as one body without an end.
 * Thread-safe.
 */
final class LiveResource {

  private final Services services;

  LiveResource(Services services) {
    this.services = services;
  }

  EndlessMedia mkv(Request request) {
    return open(request, LiveFormat.MKV);
  }

  EndlessMedia mp4(Request request) {
    return open(request, LiveFormat.MP4);
  }

  private EndlessMedia open(Request request, LiveFormat format) {
    Stream stream = services.streams().require(request.stream());
    return services.live().open(stream.id(), start(request), format);
  }

  private static LiveStart start(Request request) {
    Optional<String> after = request.parameter("after");
    if (after.isPresent()) {
      return new LiveStart.After(FragmentNumber.parse(after.get()));
    }
    return switch (request.parameter("from").orElse("now")) {
      case "now" -> new LiveStart.Now();
      case "earliest" -> new LiveStart.Earliest();
      case String time -> new LiveStart.At(Request.timeNs("from", time));
    };
  }
}
