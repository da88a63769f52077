// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** What must have happened to a fragment before its producer hears that it is kept. Immutable. */
public enum Durability {
  /** Forced to disk: a power cut does not lose it. */
  FSYNC,
  /** Handed to the operating system: a crash of the server does not lose it, a power cut may. */
  WRITTEN,
  /** In the server's memory, for a few minutes: nothing survives the server. */
  MEMORY
}
