// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.signature;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Query strings as they are signed: decoded, sorted, encoded in one way. Stateless. */
final class Query {

  private static final String UNRESERVED = "-_.~";

  private Query() {}

  private record Pair(String name, String value) {}

  /** By name; of several the last. */
  static Map<String, String> parameters(String query) {
    var parameters = new LinkedHashMap<String, String>();
    pairs(query).forEach(pair -> parameters.put(pair.name, pair.value));
    return parameters;
  }

  /** Without the signature itself, which can't be signed. */
  static String canonical(String query) {
    return pairs(query).stream()
        .filter(pair -> !pair.name.equals("X-Amz-Signature"))
        .map(pair -> new Pair(encode(pair.name), encode(pair.value)))
        .sorted(Comparator.comparing(Pair::name).thenComparing(Pair::value))
        .map(pair -> pair.name + "=" + pair.value)
        .collect(Collectors.joining("&"));
  }

  private static List<Pair> pairs(String query) {
    var pairs = new ArrayList<Pair>();
    for (String each : query.split("&", -1)) {
      if (!each.isEmpty()) {
        String[] nameAndValue = each.split("=", 2);
        pairs.add(
            new Pair(
                decode(nameAndValue[0]), nameAndValue.length == 2 ? decode(nameAndValue[1]) : ""));
      }
    }
    return pairs;
  }

  /** A percent sign that is followed by no two digits stands for itself. */
  private static String decode(String text) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length() && isHex(text, i + 1) && isHex(text, i + 2)) {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isHex(String text, int at) {
    return Character.digit(text.charAt(at), 16) >= 0;
  }

  private static String encode(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (plain || UNRESERVED.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
      }
    }
    return encoded.toString();
  }
}
