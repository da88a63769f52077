// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** The disk failed or is full. */
public final class StorageFailure extends WeirException {

  private static final long serialVersionUID = 1;
  private static final String DISK_FULL = "disk full";

  public StorageFailure(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }

  /** There is no room, or too little to take media. */
  public static StorageFailure diskFull(String where, String expected, String actual) {
    return new StorageFailure(DISK_FULL, where, expected, actual);
  }

  public boolean isDiskFull() {
    return what().equals(DISK_FULL);
  }
}
