// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import java.util.List;

/**
 * Whether a decoder works on this machine. Immutable.
 *
 * @param why it does not; empty when it works
 * @param codecs what it decodes, when it works
 */
public record DecoderReport(DecoderKind kind, String why, List<String> codecs) {

  public DecoderReport {
    codecs = List.copyOf(codecs);
  }

  public boolean works() {
    return why.isEmpty();
  }
}
