// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * The request is at odds with what is there: another codec inside a clip, a held range, a stream
 * that exists.
 */
public final class Conflict extends WeirException {

  private static final long serialVersionUID = 1;

  public Conflict(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
