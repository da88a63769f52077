// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** No room for it just now: try again later. */
public final class Overloaded extends WeirException {

  private static final long serialVersionUID = 1;

  public Overloaded(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
