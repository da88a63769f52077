// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.codec;

import dev.weir.model.Codec;
import java.nio.ByteBuffer;

/**
 * Tells by its NAL units whether decoding can begin at a sample; containers' own flags are often
 * wrong. Stateless.
 */
public final class SyncSamples {

  private static final int AVC_SLICE = 1;
  private static final int AVC_IDR = 5;
  private static final int HEVC_LAST_SLICE = 9;
  private static final int HEVC_FIRST_IRAP = 16;
  private static final int HEVC_LAST_IRAP = 23;

  private SyncSamples() {}

  /**
   * Whether a sample is a sync sample.
   *
   * @param data the sample as stored
   * @param containerFlag what the container says; it decides where slices are not IDR but may be a
   *     recovery point
   */
  public static boolean isSync(Codec codec, ByteBuffer data, boolean containerFlag) {
    return switch (codec) {
      case Codec.Avc avc -> avc(data, avc.video().nalLengthSize(), containerFlag);
      case Codec.Hevc hevc -> hevc(data, hevc.video().nalLengthSize(), containerFlag);
      case Codec.Aac _, Codec.Opus _ -> true;
    };
  }

  private static boolean avc(ByteBuffer data, int lengthSize, boolean containerFlag) {
    int at = data.position();
    while (data.limit() - at > lengthSize) {
      int type = data.get(at + lengthSize) & 0x1f;
      if (type == AVC_IDR) {
        return true;
      }
      if (type >= AVC_SLICE && type < AVC_IDR) {
        return containerFlag;
      }
      long next = at + lengthSize + length(data, at, lengthSize);
      if (next > data.limit()) {
        return containerFlag;
      }
      at = (int) next;
    }
    return containerFlag;
  }

  private static boolean hevc(ByteBuffer data, int lengthSize, boolean containerFlag) {
    int at = data.position();
    while (data.limit() - at > lengthSize) {
      int type = data.get(at + lengthSize) >> 1 & 0x3f;
      if (type >= HEVC_FIRST_IRAP && type <= HEVC_LAST_IRAP) {
        return true;
      }
      if (type <= HEVC_LAST_SLICE) {
        return false;
      }
      long next = at + lengthSize + length(data, at, lengthSize);
      if (next > data.limit()) {
        return containerFlag;
      }
      at = (int) next;
    }
    return containerFlag;
  }

  private static long length(ByteBuffer data, int at, int size) {
    long length = 0;
    for (int i = 0; i < size; i++) {
      length = (length << 8) | (data.get(at + i) & 0xff);
    }
    return length;
  }
}
