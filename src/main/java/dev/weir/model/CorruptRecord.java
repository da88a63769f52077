// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** Stored bytes that fail their checksum or contradict themselves. */
public final class CorruptRecord extends WeirException {

  private static final long serialVersionUID = 1;

  public CorruptRecord(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
