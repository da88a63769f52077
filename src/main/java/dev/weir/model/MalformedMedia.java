// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** Media that breaks the rules of its own format. */
public final class MalformedMedia extends WeirException {

  private static final long serialVersionUID = 1;

  public MalformedMedia(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
