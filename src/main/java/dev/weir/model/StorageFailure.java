// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** The disk failed or is full. */
public final class StorageFailure extends WeirException {

  private static final long serialVersionUID = 1;

  public StorageFailure(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
