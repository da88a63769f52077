// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.kinesis.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a list goes on, as its clients carry it: of one list alone. Stateless. */
final class PageToken {

  private PageToken() {}

  /**
   * @param list which list it is, and what of it was asked for; without the letter NUL
   * @param place where the next page begins
   */
  static String of(String list, String place) {
    byte[] text = (list + '\0' + place).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(text);
  }

  /**
   * The place of a token.
   *
   * @throws Refusal when it is none of this list
   */
  static String place(String list, String token) {
    try {
      String text = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith(list + '\0')) {
        return text.substring(list.length() + 1);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw foreign();
  }

  /** The error of what is no token of a list. */
  static Refusal foreign() {
    return Rule.broken("NextToken", "must be a token given by this service");
  }
}
