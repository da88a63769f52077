// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts inputs one after another on one timeline that begins at zero: each is shifted as a whole, so
 * that its earliest sample is shown where the longest track of the one before ended. Holds the
 * first half second of an input, to know its earliest sample. Confined to one thread.
 */
final class Splice implements SampleTimes.Receiver {

  private static final long HEAD_NS = 500 * MediaTime.NANOS_PER_MILLI;

  /** Whatever their times are, no more samples are held. */
  private static final int HEAD_SAMPLES = 2000;

  /** How long a lone sample is taken to last when nobody says. */
  private static final long LONE_NS = 20 * MediaTime.NANOS_PER_MILLI;

  /** What comes out of the splice. */
  interface Out extends Consumer<TimedSample> {
    void tracks(List<Track> tracks);
  }

  /** The two latest moments of a track, from which its end follows. */
  private static final class Ending {
    private long latestNs = Long.MIN_VALUE;
    private long beforeNs = Long.MIN_VALUE;
    private long durationNs;

    void add(TimedSample sample) {
      long ns = sample.presentationNs();
      if (ns > latestNs) {
        beforeNs = latestNs;
        latestNs = ns;
        durationNs = sample.durationNs();
      } else {
        beforeNs = Math.max(beforeNs, ns);
      }
    }

    long endNs() {
      if (durationNs > 0) {
        return latestNs + durationNs;
      }
      return latestNs + (beforeNs == Long.MIN_VALUE ? LONE_NS : latestNs - beforeNs);
    }
  }

  private final Out out;
  private final Consumer<String> notes;
  private final List<TimedSample> head = new ArrayList<>();
  private final Map<Integer, Ending> endings = new HashMap<>();
  private boolean placed;
  private boolean inputBegan = true;
  private long shiftNs;
  private long endNs;

  /**
   * @param notes hears of damage, a line each
   */
  Splice(Out out, Consumer<String> notes) {
    this.out = out;
    this.notes = notes;
  }

  @Override
  public void tracks(List<Track> tracks) {
    endPiece();
    out.tracks(tracks);
  }

  @Override
  public void sample(TimedSample sample) {
    if (placed) {
      pass(sample);
      return;
    }
    head.add(sample);
    if (sample.decodeNs() - head.getFirst().decodeNs() >= HEAD_NS || head.size() >= HEAD_SAMPLES) {
      place();
    }
  }

  @Override
  public void damaged(String what) {
    notes.accept(what);
  }

  /**
   * An input has been read to its end; the next one follows it.
   *
   * @return whether it had any sample
   */
  boolean inputEnds() {
    endPiece();
    boolean hadSamples = !inputBegan;
    inputBegan = true;
    return hadSamples;
  }

  private void endPiece() {
    place();
    for (Ending ending : endings.values()) {
      endNs = Math.max(endNs, ending.endNs());
    }
    endings.clear();
    placed = false;
  }

  private void place() {
    if (placed || head.isEmpty()) {
      return;
    }
    placed = true;
    long earliestNs = Long.MAX_VALUE;
    for (TimedSample sample : head) {
      earliestNs = Math.min(earliestNs, sample.presentationNs());
    }
    long next = endNs - earliestNs;
    // A header in the middle of an input begins nothing anew, unless time went back with it.
    shiftNs = inputBegan ? next : Math.max(shiftNs, next);
    inputBegan = false;
    head.forEach(this::pass);
    head.clear();
  }

  private void pass(TimedSample sample) {
    TimedSample shifted = sample.later(shiftNs);
    endings.computeIfAbsent(shifted.track().index(), index -> new Ending()).add(shifted);
    out.accept(shifted);
  }
}
