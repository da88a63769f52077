// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** How media time is anchored to producer time. */
public enum TimecodeMode {
  /** By the time of arrival; the media's own clock gives distances only. */
  ARRIVAL,
  /** Media time is UTC since the epoch. */
  ABSOLUTE,
  /** Media time counts from a start that the producer stated. */
  RELATIVE
}
