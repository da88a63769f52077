// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** The disk failed or is full. */
public final class StorageFailure extends WeirException {

  private static final long serialVersionUID = 1;
  private static final String DISK_FULL = "disk full";
  private static final String NEWER_FORMAT = "chunk file of a newer version";

  public StorageFailure(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }

  /** There is no room, or too little to take media. */
  public static StorageFailure diskFull(String where, String expected, String actual) {
    return new StorageFailure(DISK_FULL, where, expected, actual);
  }

  /** A file of a format that came after this program: no fault, and not to be guessed at. */
  public static StorageFailure newerFormat(String where, String expected, String actual) {
    return new StorageFailure(NEWER_FORMAT, where, expected, actual);
  }

  public boolean isNewerFormat() {
    return what().equals(NEWER_FORMAT);
  }

  public boolean isDiskFull() {
    return what().equals(DISK_FULL);
  }
}
