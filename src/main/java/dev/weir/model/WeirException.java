// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * The one family of errors that Weir tells anybody about. Each says what, where (offset, element
 * path, file, parameter), what was expected and what was found. Mapped to HTTP in one place.
 * Immutable.
 */
@SuppressWarnings("serial")
public abstract sealed class WeirException extends RuntimeException
    permits InvalidArgument,
        MalformedMedia,
        UnsupportedMedia,
        LimitExceeded,
        NotFound,
        Conflict,
        Overloaded,
        StorageFailure,
        CorruptRecord {

  private final String what;
  private final String where;
  private final String expected;
  private final String actual;

  WeirException(String what, String where, String expected, String actual) {
    this.what = what;
    this.where = where;
    this.expected = expected;
    this.actual = actual;
  }

  private static String message(String what, String where, String expected, String actual) {
    var text = new StringBuilder(what);
    if (!where.isEmpty()) {
      text.append(" at ").append(where);
    }
    if (!expected.isEmpty()) {
      text.append(": expected ").append(expected);
    }
    if (!actual.isEmpty()) {
      text.append(expected.isEmpty() ? ": " : ", ").append("found ").append(actual);
    }
    return text.toString();
  }

  @Override
  public String getMessage() {
    return message(what, where, expected, actual);
  }

  /** What went wrong, in a few words. */
  public String what() {
    return what;
  }

  /** Where: a byte offset, element path, file or parameter; may be empty. */
  public String where() {
    return where;
  }

  /** What should have been there; may be empty. */
  public String expected() {
    return expected;
  }

  /** What was there; may be empty. */
  public String actual() {
    return actual;
  }
}
