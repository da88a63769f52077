// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.model.Codec;
import dev.weir.model.Track;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ObjLongConsumer;

/**
 * Gives decode times to samples that come with presentation times alone, in decode order. With a
 * reorder depth of <i>d</i> the decode time of sample <i>n</i> is the presentation time that stands
 * <i>d</i> places earlier in output order: at most d samples overtake any other, so that time is
 * always known when sample n arrives, rises with n, and is never after the sample's own
 * presentation. The first d decode times lie before all presentation times, one typical frame
 * apart; to know them, the first d samples are held until two more have come: the second of these
 * may be the first picture that is overtaken by d others, and before it pictures that follow one
 * another may not have been seen. A run that goes on from another then has the decode times that
 * one run would have. Confined to one thread.
 */
public final class DecodeTimes {

  private final int reorderDepth;
  private final long maxStepTicks;
  private final PriorityQueue<Long> presentation = new PriorityQueue<>();
  private final Deque<DemuxedSample> held = new ArrayDeque<>();
  private boolean started;

  /**
   * @param reorderDepth 0 to 16
   * @param timescale of the presentation times, ticks a second
   */
  DecodeTimes(int reorderDepth, int timescale) {
    this.reorderDepth = reorderDepth;
    // At most five seconds before the first picture, so that writers can shift a run by a constant.
    this.maxStepTicks = Math.max(1, 5L * timescale / Math.max(1, reorderDepth));
  }

  /** For the samples of a track, whose codec says how deep they are reordered. */
  public static DecodeTimes of(Track track) {
    int reorderDepth =
        switch (track.codec()) {
          case Codec.Avc avc -> avc.video().reorderDepth();
          case Codec.Hevc hevc -> hevc.video().reorderDepth();
          case Codec.Aac _, Codec.Opus _ -> 0;
        };
    return new DecodeTimes(reorderDepth, track.timescale());
  }

  /**
   * Takes the next sample in decode order and gives out each sample whose decode time is now known.
   */
  public void push(DemuxedSample sample, ObjLongConsumer<DemuxedSample> out) {
    presentation.add(sample.presentationTime());
    if (started) {
      out.accept(sample, presentation.remove());
      return;
    }
    held.add(sample);
    if (held.size() >= (reorderDepth == 0 ? 1 : reorderDepth + 2)) {
      start(out);
    }
  }

  /** Whether each sample's decode time is known as it comes. */
  boolean started() {
    return started;
  }

  /** No more samples: gives out what is held. */
  public void flush(ObjLongConsumer<DemuxedSample> out) {
    if (!started && !held.isEmpty()) {
      start(out);
    }
    presentation.clear();
    started = false;
  }

  private void start(ObjLongConsumer<DemuxedSample> out) {
    List<Long> sorted = new ArrayList<>(presentation);
    Collections.sort(sorted);
    long first = sorted.getFirst();
    long step = Math.clamp(typicalStep(sorted), 1, maxStepTicks);
    for (int n = 0; !held.isEmpty(); n++) {
      DemuxedSample sample = held.remove();
      out.accept(
          sample, n < reorderDepth ? first - (reorderDepth - n) * step : presentation.remove());
    }
    started = true;
  }

  /** What the container says of a frame's duration, else the smallest distance seen so far. */
  private long typicalStep(List<Long> sorted) {
    long step = held.getFirst().duration();
    if (step > 0) {
      return step;
    }
    step = Long.MAX_VALUE;
    for (int i = 1; i < sorted.size(); i++) {
      long distance = sorted.get(i) - sorted.get(i - 1);
      step = distance > 0 ? Math.min(step, distance) : step;
    }
    return step == Long.MAX_VALUE ? 1 : step;
  }
}
