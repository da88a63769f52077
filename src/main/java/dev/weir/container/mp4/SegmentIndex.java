// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteWriter;
import java.util.List;

/**
 * Writes sidx: where each stretch of a fragmented file lies and how long it lasts, so that a player
 * can seek without reading it (ISO/IEC 14496-12 § 8.16.3). Stateless.
 */
public final class SegmentIndex {

  /** What one box can list. */
  public static final int MAX_REFERENCES = 0xffff;

  private static final int FIXED_BYTES = 12 + 8 + 16 + 4;
  private static final int REFERENCE_BYTES = 12;
  private static final int STARTS_WITH_SAP_TYPE_1 = 0x90000000;

  private SegmentIndex() {}

  /** A stretch of the file. */
  public record Reference(int bytes, long durationTicks, boolean startsWithSync) {}

  public static int bytes(int references) {
    return FIXED_BYTES + REFERENCE_BYTES * references;
  }

  /**
   * The box; the first stretch follows right after it.
   *
   * @param trackId whose times these are
   * @param timescale ticks a second
   * @param earliestPresentationTime of the first stretch, ticks
   */
  public static byte[] of(
      int trackId, int timescale, long earliestPresentationTime, List<Reference> references) {
    var out = new ByteWriter(bytes(references.size()));
    Boxes.fullBox(
        out,
        "sidx",
        1,
        0,
        () -> {
          out.i32(trackId).i32(timescale).i64(earliestPresentationTime).i64(0);
          out.u16(0).u16(references.size());
          for (Reference each : references) {
            out.i32(each.bytes()).u32(each.durationTicks());
            out.i32(each.startsWithSync() ? STARTS_WITH_SAP_TYPE_1 : 0);
          }
        });
    return out.toArray();
  }
}
