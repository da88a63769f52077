// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.model.MediaTime;
import dev.weir.model.Part;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the samples of a {@link Demuxer} into parts and fragments. Decode times are derived where
 * the container has none; time that goes back by up to a second is moved on by a tick; time that
 * jumps (back by more, or ahead of everything seen by more than ten seconds) ends the fragment and
 * begins a timeline, and never drops the connection. Holds at most one part a track and the reorder
 * depth in samples. Confined to one thread.
 */
public final class Fragmenter implements DemuxSink {

  private static final long BACKWARD_JUMP_NS = MediaTime.NANOS_PER_SECOND;
  private static final long FORWARD_JUMP_NS = 10 * MediaTime.NANOS_PER_SECOND;

  /**
   * Samples of the old timeline that may still come on other tracks after a jump, before they count
   * as a jump themselves.
   */
  private static final int MAX_STRAYS = 64;

  /** Sample durations are 32-bit; a longer silence on one track is a jump. */
  private static final long MAX_DURATION_TICKS = Integer.MAX_VALUE / 2;

  private final FragmentPolicy policy;
  private final FragmentSink sink;
  private List<Lane> lanes = List.of();
  private List<Track> tracks = List.of();
  private @Nullable Lane main;
  private boolean timelineOpen;
  private boolean fragmentOpen;
  private boolean fragmentHasParts;
  private long positionNs;
  private long fragmentStartNs;
  private long fragmentBytes;
  private int strays;

  /** The container's fragment has ended; the next one's first sample ends the open fragment. */
  private boolean atEdge;

  /** One track on the current timeline. */
  private static final class Lane {
    final Track track;
    final DecodeTimes decodeTimes;
    final TrackParts parts;
    boolean begun;
    boolean timed;
    long lastDecodeTime;
    long lastDecodeNs;

    Lane(Track track, FragmentPolicy policy) {
      this.track = track;
      this.decodeTimes = DecodeTimes.of(track);
      this.parts = new TrackParts(track, policy);
    }
  }

  public Fragmenter(FragmentPolicy policy, FragmentSink sink) {
    this.policy = policy;
    this.sink = sink;
  }

  /** The push ended: gives out everything that is held. */
  public void end() {
    endTimeline();
  }

  @Override
  public void tracks(List<Track> declared) {
    if (!declared.equals(tracks)) {
      endTimeline();
      tracks = List.copyOf(declared);
      openLanes();
    }
    sink.header(tracks);
  }

  /** Counts only where the policy says so: else fragments are cut at sync samples. */
  @Override
  public void boundary() {
    if (policy.atBoundaries() && timelineOpen) {
      giveOutUntimed();
      atEdge = fragmentOpen;
    }
  }

  /** Nothing more comes of the open fragment. The timeline goes on. */
  public void endFragment() {
    if (timelineOpen) {
      giveOutUntimed();
      closeParts();
    }
  }

  /** Ends the open fragment if all of it has come; what has come of the next is dropped. */
  public void endWhole() {
    if (atEdge) {
      closeParts();
    }
  }

  /** Samples that wait for others to know their decode times belong to the fragment that ends. */
  private void giveOutUntimed() {
    for (Lane lane : lanes) {
      if (!lane.decodeTimes.started()) {
        lane.decodeTimes.flush((sample, decodeTime) -> timed(lane, sample, decodeTime));
      }
    }
  }

  @Override
  public void truncated(String where) {
    sink.dropped("the body ended inside " + where);
  }

  @Override
  public void sample(DemuxedSample sample) {
    Lane lane = lanes.get(sample.trackIndex());
    long presentationNs = MediaTime.toNanos(sample.presentationTime(), lane.track.timescale());
    if (timelineOpen && jumps(lane, sample, presentationNs)) {
      if (!lane.begun && strays < MAX_STRAYS) {
        strays++;
        sink.dropped(
            "a sample of track " + lane.track.index() + " from before the media time jumped");
        return;
      }
      endTimeline();
      lane = lanes.get(sample.trackIndex());
    }
    if (!timelineOpen) {
      timelineOpen = true;
      strays = 0;
      positionNs = presentationNs;
      sink.timeline(tracks, presentationNs);
    }
    lane.begun = true;
    positionNs = Math.max(positionNs, presentationNs);
    if (sample.decodeTime().isPresent()) {
      timed(lane, sample, sample.decodeTime().getAsLong());
    } else {
      Lane into = lane;
      lane.decodeTimes.push(sample, (each, decodeTime) -> timed(into, each, decodeTime));
    }
  }

  private boolean jumps(Lane lane, DemuxedSample sample, long presentationNs) {
    if (policy.atBoundaries() && fragmentOpen && !atEdge) {
      return false;
    }
    if (presentationNs > positionNs + FORWARD_JUMP_NS) {
      return true;
    }
    if (!lane.begun) {
      return presentationNs < positionNs - FORWARD_JUMP_NS;
    }
    long order = sample.decodeTime().orElse(sample.presentationTime());
    return lane.timed
        && (MediaTime.toNanos(order, lane.track.timescale()) < lane.lastDecodeNs - BACKWARD_JUMP_NS
            || order - lane.lastDecodeTime > MAX_DURATION_TICKS);
  }

  /** A sample whose decode time is known, in decode order on its track. */
  private void timed(Lane lane, DemuxedSample sample, long statedDecodeTime) {
    long decodeTime = lane.parts.admissible(statedDecodeTime);
    long decodeNs = MediaTime.toNanos(decodeTime, lane.track.timescale());
    if (atEdge) {
      lane.parts.closeBefore(decodeTime, this::part);
      closeParts();
    } else if (fragmentOpen && cutsBefore(lane, sample, decodeNs)) {
      cut(lane, decodeTime);
    }
    if (!fragmentOpen) {
      beginFragment(decodeNs, MediaTime.toNanos(sample.presentationTime(), lane.track.timescale()));
    }
    lane.timed = true;
    lane.lastDecodeTime = decodeTime;
    lane.lastDecodeNs = decodeNs;
    fragmentBytes += sample.data().remaining();
    lane.parts.add(sample, decodeTime, this::part);
  }

  private boolean cutsBefore(Lane lane, DemuxedSample sample, long decodeNs) {
    if (policy.atBoundaries()) {
      return false;
    }
    long lengthNs = decodeNs - fragmentStartNs;
    if (lengthNs >= policy.maxNs()
        || fragmentBytes + sample.data().remaining() > policy.maxBytes()) {
      return true;
    }
    if (lane != main) {
      return false;
    }
    return lane.track.kind() == TrackKind.VIDEO
        ? sample.sync() && lengthNs >= policy.minVideoNs()
        : lengthNs >= policy.minAudioNs();
  }

  private void cut(Lane cutting, long decodeTime) {
    for (Lane lane : lanes) {
      if (lane == cutting) {
        lane.parts.closeBefore(decodeTime, this::part);
      } else {
        lane.parts.closeKeepingTail(this::part);
      }
    }
    if (fragmentHasParts) {
      fragmentOpen = false;
      sink.fragmentEnds();
    } else {
      // One sample alone, still waiting for its duration: it opens the fragment that goes on from
      // here.
      fragmentStartNs = MediaTime.toNanos(decodeTime, cutting.track.timescale());
    }
  }

  private void part(Part part) {
    fragmentHasParts = true;
    sink.part(part);
  }

  private void beginFragment(long decodeNs, long presentationNs) {
    fragmentOpen = true;
    fragmentHasParts = false;
    fragmentStartNs = decodeNs;
    fragmentBytes = 0;
    sink.fragmentBegins(presentationNs);
  }

  private void endTimeline() {
    if (timelineOpen) {
      for (Lane lane : lanes) {
        lane.decodeTimes.flush((sample, decodeTime) -> timed(lane, sample, decodeTime));
      }
      closeParts();
      timelineOpen = false;
    }
    openLanes();
  }

  /** Ends the open fragment with all that there is, last durations guessed where need be. */
  private void closeParts() {
    for (Lane lane : lanes) {
      lane.parts.closeAtEnd(this::part);
    }
    atEdge = false;
    if (fragmentOpen) {
      fragmentOpen = false;
      sink.fragmentEnds();
    }
  }

  private void openLanes() {
    var opened = new ArrayList<Lane>();
    main = null;
    for (Track track : tracks) {
      var lane = new Lane(track, policy);
      opened.add(lane);
      if (main == null && track.kind() == TrackKind.VIDEO) {
        main = lane;
      }
    }
    if (main == null && !opened.isEmpty()) {
      main = opened.getFirst();
    }
    lanes = List.copyOf(opened);
  }
}
