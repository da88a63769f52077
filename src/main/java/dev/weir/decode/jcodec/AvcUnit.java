// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.jcodec;

import java.nio.ByteBuffer;

/** The types of H.264 NAL units that matter here (ITU-T H.264 table 7-1). Stateless. */
final class AvcUnit {

  static final int SLICE = 1;
  static final int IDR_SLICE = 5;
  static final int SPS = 7;
  static final int PPS = 8;

  private AvcUnit() {}

  static int type(ByteBuffer unit) {
    return unit.get(unit.position()) & 0x1f;
  }
}
