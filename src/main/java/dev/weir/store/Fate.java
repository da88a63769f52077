// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

/** What becomes of a fragment when its file is made anew. Immutable. */
public enum Fate {
  /** It is taken over as it is. */
  KEEP,
  /** Of its video only the sync samples stay; one without any is kept as it is. */
  THIN,
  /** Only its place in the chain of hashes stays, and a gap that says so. */
  FORGET
}
