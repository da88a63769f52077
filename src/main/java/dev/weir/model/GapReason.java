// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * Why media is missing. The wire code is part of the chunk file format: codes are never reused.
 * Immutable.
 */
public enum GapReason {
  /** The producer's connection ended or its media jumped; nothing that arrived was dropped. */
  SOURCE(1),
  /** Media arrived that broke its format and could not be kept. */
  MALFORMED(2),
  /** A write or a force failed. */
  STORAGE(3),
  /** Stored bytes were found damaged. */
  CORRUPTION(4),
  /** A stated limit was passed. */
  LIMIT(5),
  /** It was deleted on request. */
  FORGOTTEN(6),
  /** Media arrived that is legal and that Weir does not store. */
  UNSUPPORTED(7);

  private final int code;

  GapReason(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * @throws IllegalArgumentException when no reason has the code
   */
  public static GapReason ofCode(int code) {
    for (GapReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    throw new IllegalArgumentException("gap reason " + code);
  }
}
