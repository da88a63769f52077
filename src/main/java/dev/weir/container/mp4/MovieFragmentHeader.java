// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Sample;
import java.util.List;

/**
 * Writes what stands before the payload of one part: a moof with one track run, and the header of
 * its mdat (ISO/IEC 14496-12 § 8.8). Every sample states duration, size, flags and offset, so the
 * length follows from the number of samples. Stateless.
 */
public final class MovieFragmentHeader {

  private static final int FIXED_BYTES = 8 + 16 + 8 + 16 + 20 + 20 + 8;
  private static final int SAMPLE_BYTES = 16;
  private static final int DEFAULT_BASE_IS_MOOF = 0x20000;
  private static final int TRUN_FLAGS = 0x000f01;
  private static final int SYNC_FLAGS = 0x02000000;
  private static final int NON_SYNC_FLAGS = 0x01010000;

  private MovieFragmentHeader() {}

  /** Bytes of moof and mdat header together. */
  public static int bytes(int sampleCount) {
    return FIXED_BYTES + SAMPLE_BYTES * sampleCount;
  }

  /**
   * The moof and the mdat header.
   *
   * @param trackId as in the initialization segment
   * @param sequenceNumber rises along the track
   * @param baseMediaDecodeTime decode time of the first sample, ticks, not negative
   */
  public static byte[] of(
      int trackId, int sequenceNumber, long baseMediaDecodeTime, List<Sample> samples) {
    int size = bytes(samples.size());
    var out = new ByteWriter(size);
    Boxes.box(
        out,
        "moof",
        () -> {
          Boxes.fullBox(out, "mfhd", 0, 0, () -> out.i32(sequenceNumber));
          Boxes.box(
              out,
              "traf",
              () -> {
                Boxes.fullBox(out, "tfhd", 0, DEFAULT_BASE_IS_MOOF, () -> out.i32(trackId));
                Boxes.fullBox(out, "tfdt", 1, 0, () -> out.i64(baseMediaDecodeTime));
                Boxes.fullBox(
                    out,
                    "trun",
                    1,
                    TRUN_FLAGS,
                    () -> run(out.i32(samples.size()).i32(size), samples));
              });
        });
    long payload = 0;
    for (Sample sample : samples) {
      payload += sample.size();
    }
    out.u32(payload + 8).i32(Boxes.fourCc("mdat"));
    return out.toArray();
  }

  private static void run(ByteWriter out, List<Sample> samples) {
    for (Sample sample : samples) {
      out.i32(sample.duration()).i32(sample.size());
      out.i32(sample.sync() ? SYNC_FLAGS : NON_SYNC_FLAGS).i32(sample.compositionOffset());
    }
  }
}
