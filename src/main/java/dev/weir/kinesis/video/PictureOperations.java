// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.Clock;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.TrackKind;
import dev.weir.model.UnsupportedMedia;
import dev.weir.playback.Recordings;
import dev.weir.playback.frame.FrameForm;
import dev.weir.playback.frame.FrameRequest;
import dev.weir.playback.frame.Frames;
import dev.weir.playback.frame.When;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Pictures at regular instants. Thread-safe. */
final class PictureOperations {

  private static final long SHORTEST_INTERVAL_MS = 200;
  private static final long DEFAULT_INTERVAL_MS = 3000;
  private static final int PAGE = 25;
  private static final int MOST_RESULTS = 100;

  /** What a call costs beside its pictures. */
  private static final int LOOK_POINTS = 400;

  private static final int MOST_WIDTH = 3840;
  private static final int MOST_HEIGHT = 2160;
  private static final int DEFAULT_QUALITY = 80;

  private final VideoStreams streams;
  private final Recordings recordings;
  private final Frames frames;
  private final Quotas quotas;
  private final Throttle throttle;

  PictureOperations(
      VideoStreams streams,
      Recordings recordings,
      Frames frames,
      Quotas quotas,
      Throttle throttle) {
    this.streams = streams;
    this.recordings = recordings;
    this.frames = frames;
    this.quotas = quotas;
    this.throttle = throttle;
  }

  List<Operation> operations() {
    return List.of(
        Operation.decoding(
            "GetImages",
            Shapes.STREAM
                .required("ImageSelectorType", Shapes.TIMESTAMP_ORIGIN)
                .required("StartTimestamp", Shapes.TIMESTAMP)
                .required("EndTimestamp", Shapes.TIMESTAMP)
                .optional("SamplingInterval", Shapes.whole(SHORTEST_INTERVAL_MS, Integer.MAX_VALUE))
                .required("Format", Shapes.choice("JPEG", "PNG"))
                .optional("FormatConfig", Shapes.FORMAT_CONFIG)
                .optional("WidthPixels", Shapes.whole(1, MOST_WIDTH))
                .optional("HeightPixels", Shapes.whole(1, MOST_HEIGHT))
                .optional("MaxResults", Shapes.whole(1, MOST_RESULTS))
                .optional("NextToken", Shapes.LONG_NEXT_TOKEN),
            this::images));
  }

  private Answer images(Call call) {
    VideoStream stream = streams.retaining(call);
    long fromNs = Times.nanos("StartTimestamp", call.input().get("StartTimestamp"));
    long toNs = Times.nanos("EndTimestamp", call.input().get("EndTimestamp"));
    if (toNs < fromNs || toNs - fromNs > quotas.imagesNs()) {
      throw Rule.broken("EndTimestamp", "must not be before StartTimestamp, nor too long after it");
    }
    long intervalNs =
        call.number("SamplingInterval", DEFAULT_INTERVAL_MS) * MediaTime.NANOS_PER_MILLI;
    Clock clock = Selection.clock(call.required("ImageSelectorType"));
    long instants = (toNs - fromNs) / intervalNs + 1;
    String list =
        String.join(
            " ",
            call.operation().name(),
            stream.stream().id().toString(),
            clock.name(),
            Long.toString(fromNs),
            Long.toString(toNs),
            Long.toString(intervalNs));
    long first =
        call.text("NextToken")
            .map(token -> instant(PageToken.place(list, token), instants))
            .orElse(0L);
    long most = call.number("MaxResults", PAGE);
    throttle.metadata(stream.stream().id(), LOOK_POINTS + most);
    throttle.media(stream.stream().id(), most);
    long end = Math.min(instants, first + most);
    ObjectNode body = Json.object();
    ArrayNode images = body.putArray("Images");
    for (long k = first; k < end; k++) {
      images.add(image(call, stream.stream().id(), new When.At(fromNs + k * intervalNs, clock)));
    }
    if (end < instants) {
      body.put("NextToken", PageToken.of(list, Long.toString(end)));
    }
    return new Answer.Json(body);
  }

  private ObjectNode image(Call call, StreamId stream, When.At when) {
    ObjectNode image = Json.object().put("TimeStamp", Times.seconds(when.utcNs()));
    try {
      byte[] file = frames.frame(stream, request(call, when)).file().toArray();
      return image.put("ImageContent", Base64.getEncoder().encodeToString(file));
    } catch (NotFound e) {
      return image.put("Error", isSoundAlone(stream, when) ? "MEDIA_ERROR" : "NO_MEDIA");
    } catch (MalformedMedia | UnsupportedMedia | LimitExceeded e) {
      return image.put("Error", "MEDIA_ERROR");
    }
  }

  private boolean isSoundAlone(StreamId stream, When.At when) {
    var instant = new TimeRange(when.utcNs(), when.utcNs() + 1);
    return recordings.fragments(stream, instant, when.clock(), Optional.empty(), 1).stream()
        .anyMatch(each ->
            each.run().tracks().stream().noneMatch(track -> track.kind() == TrackKind.VIDEO));
  }

  private static FrameRequest request(Call call, When when) {
    var form =
        new FrameForm(
            call.required("Format").equals("PNG"),
            call.input().path("FormatConfig").path("JPEGQuality").asInt(DEFAULT_QUALITY),
            (int) call.number("WidthPixels", FrameForm.LARGEST_SIDE),
            (int) call.number("HeightPixels", FrameForm.LARGEST_SIDE));
    return new FrameRequest.Decoded(when, form, false);
  }

  private static long instant(String place, long instants) {
    if (place.matches("[0-9]{1,18}") && Long.parseLong(place) < instants) {
      return Long.parseLong(place);
    }
    throw PageToken.foreign();
  }
}
