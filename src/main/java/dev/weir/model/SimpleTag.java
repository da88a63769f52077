// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * A name and a text that stand beside the media (RFC 9559 § 5.1.8.1.2). Immutable.
 *
 * @param value empty when it is binary or none
 */
public record SimpleTag(String name, String value) {}
