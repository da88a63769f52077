// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** A stated limit was passed: an element, a sample, a fragment or a header larger than allowed. */
public final class LimitExceeded extends WeirException {

  private static final long serialVersionUID = 1;

  public LimitExceeded(String what, String where, String expected, String actual) {
    super(what, where, expected, actual);
  }
}
