// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

/** Hears how far a walk is. Called on the thread that walks. */
@FunctionalInterface
public interface CheckProgress {

  /** So many files have been looked at. */
  void files(long done, long total);
}
