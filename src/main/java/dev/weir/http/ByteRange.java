// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One byte range of a representation (RFC 9110 § 14.1.2). Immutable.
 *
 * @param from first byte
 * @param end one after the last byte
 */
record ByteRange(long from, long end) {

  private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,100})-([0-9]{0,100})");

  /** What a Range header means for a representation of this length. */
  sealed interface Outcome {}

  /**
   * To be answered with the whole: no header, several ranges, or one that is not understood (§
   * 14.2).
   */
  record Whole() implements Outcome {}

  record Partial(ByteRange range) implements Outcome {}

  record Unsatisfiable() implements Outcome {}

  static Outcome of(Optional<String> header, long length) {
    Matcher matcher = FORM.matcher(header.orElse(""));
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return new Whole();
    }
    if (matcher.group(1).isEmpty()) {
      long suffix = Math.min(length, position(matcher.group(2)));
      return suffix == 0
          ? new Unsatisfiable()
          : new Partial(new ByteRange(length - suffix, length));
    }
    long from = position(matcher.group(1));
    long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : position(matcher.group(2));
    if (last < from) {
      return new Whole();
    }
    return from >= length
        ? new Unsatisfiable()
        : new Partial(new ByteRange(from, Math.min(length - 1, last) + 1));
  }

  /** A number beyond any file is as good as the largest. */
  private static long position(String digits) {
    return new BigInteger(digits).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
  }
}
