// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a number of bytes as people write it: {@code 1500000}, {@code 500MB}, {@code 2GB}.
 * Stateless.
 */
public final class ByteSize implements ITypeConverter<Long> {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(|KB|MB|GB|TB)");

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "a size wants a whole number and KB, MB, GB or TB, found " + text);
    }
    long unit =
        switch (matcher.group(2)) {
          case "KB" -> 1_000;
          case "MB" -> 1_000_000;
          case "GB" -> 1_000_000_000;
          case "TB" -> 1_000_000_000_000L;
          default -> 1;
        };
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
  }
}
