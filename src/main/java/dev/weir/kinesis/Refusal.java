// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

/** A call that is refused, by an error of the API. Immutable. */
@SuppressWarnings("serial")
public final class Refusal extends RuntimeException {

  private final ErrorName error;

  public Refusal(ErrorName error, String message) {
    super(message, null, false, false);
    this.error = error;
  }

  public ErrorName error() {
    return error;
  }

  /** What its client reads. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
