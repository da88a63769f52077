// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** Media that is legal but not done here. */
public final class UnsupportedMedia extends WeirException {

  private static final long serialVersionUID = 1;

  public UnsupportedMedia(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
