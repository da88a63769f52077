// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.Clock;
import dev.weir.model.Conflict;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.Recordings;
import dev.weir.playback.clip.Clip;
import dev.weir.playback.clip.ClipFormat;
import dev.weir.playback.clip.Clips;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Clips of whole fragments. Thread-safe. */
final class ClipOperations {

  private final VideoStreams streams;
  private final Recordings recordings;
  private final Clips clips;
  private final Quotas quotas;
  private final Throttle throttle;

  ClipOperations(
      VideoStreams streams, Recordings recordings, Clips clips, Quotas quotas, Throttle throttle) {
    this.streams = streams;
    this.recordings = recordings;
    this.clips = clips;
    this.quotas = quotas;
    this.throttle = throttle;
  }

  List<Operation> operations() {
    return List.of(
        Operation.of(
            "GetClip",
            Shapes.STREAM.required("ClipFragmentSelector", Selection.SELECTOR),
            ErrorName.NOT_AUTHORIZED,
            this::clip));
  }

  private Answer clip(Call call) {
    VideoStream stream = streams.retaining(call);
    Selection selection =
        Selection.of("ClipFragmentSelector", call.input().get("ClipFragmentSelector"));
    selection.checkDay("ClipFragmentSelector");
    List<Recordings.Item> chosen =
        recordings.played(
            stream.stream().id(),
            selection.range(),
            selection.clock(),
            Optional.of(new Recordings.Place(selection.fromNs(), "")),
            quotas.clipFragments());
    if (chosen.isEmpty()) {
      throw Selection.nothing();
    }
    throttle.metadata(stream.stream().id(), chosen.size());
    throttle.media(stream.stream().id(), chosen.size());
    try {
      Clip clip = clip(stream.stream().id(), selection.clock(), fitting(chosen));
      return new Answer.Media(clip.contentType(), clip.body());
    } catch (Conflict e) {
      throw new Refusal(ErrorName.INVALID_CODEC_PRIVATE_DATA, e.getMessage());
    }
  }

  /** By the server's clock other fragments may lie between those that came in the range. */
  private Clip clip(StreamId stream, Clock clock, List<FragmentEntry> chosen) {
    long fromNs = chosen.stream().mapToLong(FragmentEntry::producerTimeNs).min().orElseThrow();
    long toNs = chosen.stream().mapToLong(FragmentEntry::producerEndNs).max().orElseThrow();
    var span = new TimeRange(fromNs, toNs);
    return clock == Clock.PRODUCER
        ? clips.open(stream, span, Clock.PRODUCER, ClipFormat.MP4)
        : clips.of(
            stream,
            chosen.stream().map(FragmentEntry::number).collect(Collectors.toSet()),
            span,
            ClipFormat.MP4);
  }

  /** The first of them, as many as a clip may have bytes, and one at least. */
  private List<FragmentEntry> fitting(List<Recordings.Item> chosen) {
    var fitting = new ArrayList<FragmentEntry>();
    long bytes = 0;
    for (Recordings.Item each : chosen) {
      FragmentEntry fragment = each.fragment();
      bytes += fragment.payloadBytes();
      if (bytes > quotas.clipBytes() && !fitting.isEmpty()) {
        break;
      }
      fitting.add(fragment);
    }
    return fitting;
  }
}
