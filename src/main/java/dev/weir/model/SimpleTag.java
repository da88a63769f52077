// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.nio.charset.StandardCharsets;

/**
 * A name and a text that stand beside the media (RFC 9559 § 5.1.8.1.2). Immutable.
 *
 * @param value empty when it is binary or none
 * @param valueBytes how many the value has, text or binary
 */
public record SimpleTag(String name, String value, int valueBytes) {

  /** One whose value is a text. */
  public SimpleTag(String name, String value) {
    this(name, value, value.getBytes(StandardCharsets.UTF_8).length);
  }
}
