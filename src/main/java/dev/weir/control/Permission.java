// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.model.InvalidArgument;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a key may do: these actions, on these streams. Immutable.
 *
 * @param actions names of operations in which {@code *} stands for any letters; at least one
 * @param streams a name of a stream, {@code *} likewise
 */
public record Permission(List<String> actions, String streams) {

  /** Everything. */
  public static final Permission ALL = new Permission(List.of("*"), "*");

  /**
   * @throws InvalidArgument when a pattern has other letters than names do
   */
  public Permission {
    actions = List.copyOf(actions);
    if (actions.isEmpty()) {
      throw new InvalidArgument("permission", "actions", "at least one", "none");
    }
    actions.forEach(each -> check("action", each, "[A-Za-z*]+"));
    check("streams", streams, "[a-zA-Z0-9_.*-]+");
  }

  private static void check(String where, String pattern, String letters) {
    if (!pattern.matches(letters)) {
      throw new InvalidArgument("permission", where, letters, pattern);
    }
  }

  /**
   * Reads {@code PutMedia,Describe*@cam-*}; without {@code @} it is for all streams.
   *
   * @throws InvalidArgument when the text is none
   */
  public static Permission parse(String text) {
    int at = text.indexOf('@');
    String actions = at < 0 ? text : text.substring(0, at);
    return new Permission(
        Arrays.asList(actions.split(",", -1)), at < 0 ? "*" : text.substring(at + 1));
  }

  /** Whether it covers an action on a stream. */
  public boolean allows(String action, String stream) {
    return matches(streams, stream) && actions.stream().anyMatch(each -> matches(each, action));
  }

  /** Whether it covers an action that is about no one stream. */
  public boolean allows(String action) {
    return actions.stream().anyMatch(each -> matches(each, action));
  }

  private static boolean matches(String pattern, String name) {
    String[] pieces = pattern.split("\\*", -1);
    int at = 0;
    for (int i = 0; i < pieces.length; i++) {
      boolean first = i == 0;
      boolean last = i == pieces.length - 1;
      int found =
          last && !first
              ? Math.max(at, name.length() - pieces[i].length())
              : name.indexOf(pieces[i], at);
      if (found < 0 || !name.startsWith(pieces[i], found) || (first && found > 0)) {
        return false;
      }
      at = found + pieces[i].length();
    }
    return at == name.length();
  }

  @Override
  public String toString() {
    return actions.stream().collect(Collectors.joining(",", "", "@" + streams));
  }
}
