// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** What has become of a fragment since its producer sent it. Immutable. */
public enum FragmentState {
  /** All of it is there. */
  WHOLE,
  /** Cut off by a crash and closed by recovery; it was never acknowledged. */
  TRUNCATED,
  /** Of its video only the sync samples are left, of its audio nothing. */
  THINNED,
  /** Its samples were deleted on request; only its place in the chain of hashes is left. */
  FORGOTTEN
}
