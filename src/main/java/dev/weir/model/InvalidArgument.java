// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * A request asks for something that makes no sense: a bad name, a reversed range, an unknown
 * option.
 */
public final class InvalidArgument extends WeirException {

  private static final long serialVersionUID = 1;

  public InvalidArgument(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
