// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

/** The CRC_32 of a section (ISO/IEC 13818-1 annex A): not reflected, not inverted. Stateless. */
final class Crc32Mpeg {

  private static final int POLYNOMIAL = 0x04c11db7;

  private Crc32Mpeg() {}

  static int of(byte[] bytes) {
    int crc = -1;
    for (byte each : bytes) {
      crc ^= each << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
      }
    }
    return crc;
  }
}
