// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.container.DecodeTimes;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.model.MalformedMedia;
import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import java.util.List;

/**
 * Gives every sample of an input a decode time, which Matroska leaves out, and passes it on.
 * Confined to one thread.
 */
final class SampleTimes implements DemuxSink {

  /** Takes samples whose times are known; those of one track in decode order. */
  interface Receiver {
    /** The tracks of what follows; may come again. */
    void tracks(List<Track> tracks);

    void sample(TimedSample sample);

    /** Something of the input is missing or can't be used; one line for people. */
    void damaged(String what);
  }

  private record Lane(Track track, DecodeTimes decodeTimes) {}

  private final Receiver receiver;
  private List<Lane> lanes = List.of();

  SampleTimes(Receiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public void tracks(List<Track> tracks) {
    end();
    lanes = tracks.stream().map(track -> new Lane(track, DecodeTimes.of(track))).toList();
    receiver.tracks(tracks);
  }

  @Override
  public void sample(DemuxedSample sample) {
    Lane lane = lanes.get(sample.trackIndex());
    if (sample.decodeTime().isPresent()) {
      pass(lane.track, sample, sample.decodeTime().getAsLong());
    } else {
      lane.decodeTimes.push(sample, (each, decodeTime) -> pass(lane.track, each, decodeTime));
    }
  }

  /** The input ended: passes on what is still held. */
  void end() {
    for (Lane lane : lanes) {
      lane.decodeTimes.flush((each, decodeTime) -> pass(lane.track, each, decodeTime));
    }
  }

  private void pass(Track track, DemuxedSample sample, long decodeTime) {
    int timescale = track.timescale();
    TimedSample timed;
    try {
      timed =
          new TimedSample(
              track,
              MediaTime.toNanos(sample.presentationTime(), timescale),
              MediaTime.toNanos(decodeTime, timescale),
              MediaTime.toNanos(sample.duration(), timescale),
              sample.sync(),
              sample.discardPaddingNs(),
              sample.data());
    } catch (ArithmeticException e) {
      throw new MalformedMedia(
          "sample time",
          "track " + track.index(),
          "within 292 years",
          sample.presentationTime() + " ticks");
    }
    receiver.sample(timed);
  }

  @Override
  public void boundary() {
    // The server finds its own fragments.
  }

  @Override
  public void truncated(String where) {
    receiver.damaged("the input ends inside " + where);
  }
}
