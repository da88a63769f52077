// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A moof resolved into samples (ISO/IEC 14496-12 § 8.8): defaults applied, places in the body
 * known. Immutable.
 *
 * @param samples in the order of their bytes
 */
record MovieFragment(List<Located> samples) {

  private static final int MAX_SAMPLES = 1_000_000;
  private static final int NON_SYNC = 0x10000;
  private static final MovieBox.Defaults NO_DEFAULTS = new MovieBox.Defaults(0, 0, 0);

  /**
   * A sample and where its bytes begin, counted from the body's first byte; times before the edit
   * list.
   */
  record Located(
      MovieBox.Lane lane,
      long offset,
      int size,
      long decodeTime,
      long compositionOffset,
      long duration,
      boolean sync) {}

  /**
   * Reads a moof.
   *
   * @param moofOffset where the moof box begins, counted from the body's first byte
   * @param nextDecodeTimes by track_ID where each track goes on when there is no tfdt; brought up
   *     to date
   */
  static MovieFragment read(
      ByteReader moof,
      long moofOffset,
      MovieBox movie,
      Map<Integer, Long> nextDecodeTimes,
      int maxSampleBytes) {
    var parser = new Parser(moofOffset, movie, nextDecodeTimes, maxSampleBytes);
    Boxes.eachChild(moof, parser::child);
    parser.samples.sort(Comparator.comparingLong(Located::offset));
    return new MovieFragment(List.copyOf(parser.samples));
  }

  private static final class Parser {
    final List<Located> samples = new ArrayList<>();
    private final long moofOffset;
    private final MovieBox movie;
    private final Map<Integer, Long> nextDecodeTimes;
    private final int maxSampleBytes;
    private long dataEnd;

    private int trackId;
    private MovieBox.@Nullable Lane lane;
    private MovieBox.Defaults defaults = NO_DEFAULTS;
    private long base;
    private long decodeTime;

    Parser(
        long moofOffset, MovieBox movie, Map<Integer, Long> nextDecodeTimes, int maxSampleBytes) {
      this.moofOffset = moofOffset;
      this.movie = movie;
      this.nextDecodeTimes = nextDecodeTimes;
      this.maxSampleBytes = maxSampleBytes;
      this.dataEnd = moofOffset;
    }

    void child(Boxes.Child child) {
      if (child.type().equals("traf")) {
        lane = null;
        Boxes.eachChild(child.body(), this::trackFragmentChild);
        if (lane != null) {
          nextDecodeTimes.put(trackId, decodeTime);
        }
      }
    }

    private void trackFragmentChild(Boxes.Child child) {
      switch (child.type()) {
        case "tfhd" -> header(child.body());
        case "tfdt" -> baseDecodeTime(child.body());
        case "trun" -> run(child.body());
        default -> {}
      }
    }

    /** tfhd, § 8.8.7. */
    private void header(ByteReader in) {
      int flags = in.i32();
      trackId = in.i32();
      lane = movie.lanes().get(trackId);
      MovieBox.Defaults trex = lane == null ? NO_DEFAULTS : lane.defaults();
      // The base is said, or is the moof, or goes on after the data of the traf before.
      base = (flags & 0x20000) != 0 ? moofOffset : dataEnd;
      if ((flags & 0x1) != 0) {
        base = in.i64();
      }
      if ((flags & 0x2) != 0) {
        in.skip(4);
      }
      defaults =
          new MovieBox.Defaults(
              (flags & 0x8) != 0 ? in.u32() : trex.duration(),
              (flags & 0x10) != 0 ? in.u32() : trex.size(),
              (flags & 0x20) != 0 ? in.u32() : trex.flags());
      dataEnd = base;
      decodeTime = nextDecodeTimes.getOrDefault(trackId, 0L);
    }

    /**
     * tfdt, § 8.8.12; version 0 wraps at 2^32 and is taken as the value nearest to where the track
     * goes on.
     */
    private void baseDecodeTime(ByteReader in) {
      boolean wide = in.u8() == 1;
      in.skip(3);
      if (wide) {
        decodeTime = in.i64();
        return;
      }
      long low = in.u32();
      long expected = nextDecodeTimes.getOrDefault(trackId, low);
      decodeTime = low + Math.floorDiv(expected - low + (1L << 31), 1L << 32) * (1L << 32);
    }

    /** trun, § 8.8.8. */
    private void run(ByteReader in) {
      in.skip(1);
      int flags = in.u24();
      long count = in.u32();
      long offset = dataEnd;
      if ((flags & 0x1) != 0) {
        offset = base + in.i32();
      }
      boolean firstFlags = (flags & 0x4) != 0;
      long first = firstFlags ? in.u32() : 0;
      if (count + samples.size() > MAX_SAMPLES) {
        throw new LimitExceeded(
            "samples in a movie fragment",
            in.where(),
            "at most " + MAX_SAMPLES,
            Long.toString(count));
      }
      for (long i = 0; i < count; i++) {
        long duration = (flags & 0x100) != 0 ? in.u32() : defaults.duration();
        long size = (flags & 0x200) != 0 ? in.u32() : defaults.size();
        long sampleFlags =
            (flags & 0x400) != 0 ? in.u32() : i == 0 && firstFlags ? first : defaults.flags();
        // Version 0 is unsigned by the letter; writers of negative offsets use it all the same.
        long composition = (flags & 0x800) != 0 ? in.i32() : 0;
        if (size > maxSampleBytes) {
          throw new LimitExceeded(
              "sample size", in.where(), "at most " + maxSampleBytes + " bytes", size + " bytes");
        }
        if (offset < moofOffset) {
          throw new MalformedMedia(
              "sample data before its moof",
              in.where(),
              "after byte " + moofOffset,
              "byte " + offset);
        }
        if (lane != null) {
          samples.add(
              new Located(
                  lane,
                  offset,
                  (int) size,
                  decodeTime,
                  composition,
                  duration,
                  (sampleFlags & NON_SYNC) == 0));
        }
        decodeTime += duration;
        offset += size;
      }
      dataEnd = offset;
    }
  }
}
