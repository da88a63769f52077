// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.decode.CodedSample;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Some neighbouring fragments of a run as one sequence of video samples in decode order. Confined
 * to one thread; whoever made it holds the lease.
 */
final class VideoRun {

  /**
   * A picture stands until the next one, but not across a hole longer than this: what continues a
   * run within a second counts as unbroken.
   */
  private static final long LONGEST_STILL_NS = MediaTime.NANOS_PER_SECOND;

  /**
   * A sample and where its bytes lie.
   *
   * @param offset in the part's payload
   */
  record Located(Sample sample, FragmentEntry fragment, PartEntry part, int offset) {
    private boolean inPartOf(Located other) {
      return part.offset() == other.part.offset() && fragment.file().equals(other.fragment.file());
    }
  }

  private final Archive archive;
  private final RunHeader run;
  private final Track track;
  private final List<Located> samples = new ArrayList<>();
  private final long startsAtNs;

  VideoRun(Archive archive, RunHeader run, List<FragmentEntry> fragments) {
    this.archive = archive;
    this.run = run;
    this.track = run.mainTrack();
    long earliest = Long.MAX_VALUE;
    for (FragmentEntry fragment : fragments) {
      earliest = Math.min(earliest, fragment.producerTimeNs());
      for (PartEntry part : fragment.parts(track.index())) {
        int offset = 0;
        for (Sample sample : archive.readSamples(fragment, part)) {
          samples.add(new Located(sample, fragment, part, offset));
          offset += sample.size();
        }
      }
    }
    samples.sort(Comparator.comparingLong(each -> each.sample.decodeTime()));
    startsAtNs = earliest;
  }

  RunHeader run() {
    return run;
  }

  Track track() {
    return track;
  }

  /** Producer time of the first fragment looked at. */
  long startsAtNs() {
    return startsAtNs;
  }

  int size() {
    return samples.size();
  }

  Located located(int index) {
    return samples.get(index);
  }

  Sample sample(int index) {
    return samples.get(index).sample;
  }

  /** Producer time of a sample's presentation, UTC nanoseconds. */
  long timeNs(int index) {
    return run.producerTimeNs(track, sample(index).presentationTime());
  }

  /** The sample shown at an instant of producer time; none before, after, and in a hole. */
  OptionalInt shownAt(long producerNs) {
    int shown = -1;
    int next = -1;
    for (int i = 0; i < samples.size(); i++) {
      if (timeNs(i) <= producerNs) {
        shown =
            shown < 0 || sample(i).presentationTime() > sample(shown).presentationTime()
                ? i
                : shown;
      } else if (next < 0 || sample(i).presentationTime() < sample(next).presentationTime()) {
        next = i;
      }
    }
    if (shown < 0) {
      return OptionalInt.empty();
    }
    long begin = timeNs(shown);
    long duration = MediaTime.toNanos(sample(shown).duration(), track.timescale());
    boolean followed = next >= 0 && timeNs(next) - begin <= Math.max(duration, LONGEST_STILL_NS);
    return followed || producerNs < begin + duration ? OptionalInt.of(shown) : OptionalInt.empty();
  }

  /** The sample shown last. */
  OptionalInt last() {
    int last = -1;
    for (int i = 0; i < samples.size(); i++) {
      if (last < 0 || sample(i).presentationTime() > sample(last).presentationTime()) {
        last = i;
      }
    }
    return last < 0 ? OptionalInt.empty() : OptionalInt.of(last);
  }

  /**
   * The sync sample from which a picture can be decoded: the last one at or before it in decode
   * order that is not shown after it. A picture that follows a sync sample and is shown before it
   * is one of its leading pictures, and needs what came before.
   */
  OptionalInt syncFor(int index) {
    for (int i = index; i >= 0; i--) {
      if (sample(i).sync() && sample(i).presentationTime() <= sample(index).presentationTime()) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** The sample with a decode time. */
  OptionalInt indexOf(long decodeTime) {
    for (int i = 0; i < samples.size(); i++) {
      if (sample(i).decodeTime() == decodeTime) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Coded bytes of some samples, {@code to} among them. */
  long bytes(int from, int to) {
    long sum = 0;
    for (int i = from; i <= to; i++) {
      sum += sample(i).size();
    }
    return sum;
  }

  /** The bytes of some samples, {@code to} among them, in decode order; each part is read once. */
  List<ByteBuffer> read(int from, int to) {
    var data = new ArrayList<ByteBuffer>(to - from + 1);
    Located previous = null;
    ByteBuffer payload = ByteBuffer.allocate(0);
    for (int i = from; i <= to; i++) {
      Located located = samples.get(i);
      if (previous == null || !located.inPartOf(previous)) {
        payload = archive.readPart(located.fragment, located.part).payload();
      }
      previous = located;
      data.add(payload.slice(payload.position() + located.offset, located.sample.size()));
    }
    return data;
  }

  /** The same as a decoder takes them. */
  List<CodedSample> coded(int from, int to) {
    var coded = new ArrayList<CodedSample>(to - from + 1);
    int index = from;
    for (ByteBuffer data : read(from, to)) {
      Sample sample = sample(index++);
      coded.add(new CodedSample(sample.presentationTime(), sample.sync(), data));
    }
    return coded;
  }
}
