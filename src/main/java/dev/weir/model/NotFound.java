// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** No such stream, fragment or media in the range asked for. */
public final class NotFound extends WeirException {

  private static final long serialVersionUID = 1;

  public NotFound(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
