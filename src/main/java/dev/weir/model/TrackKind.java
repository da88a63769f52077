// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** What a track carries. Immutable. */
public enum TrackKind {
  VIDEO,
  AUDIO
}
