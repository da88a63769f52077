// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands that README.md tells people to type. Stateless. */
public final class Readme {

  /** The server's address in every example. */
  public static final String SERVER = "http://127.0.0.1:8080";

  private Readme() {}

  /** The commands in the code blocks of a section, each as typed; comment lines left out. */
  public static List<String> commands(String section) {
    Matcher found =
        Pattern.compile("(?s)\n## " + Pattern.quote(section) + "\n(.*?)\n## ").matcher(text());
    if (!found.find()) {
      throw new AssertionError("README.md has no section " + section);
    }
    List<String> commands =
        Pattern.compile("(?s)\n```\n(.*?)\n```\n")
            .matcher(found.group(1))
            .results()
            .map(block -> block.group(1).replaceAll("(?m)^#.*\n", ""))
            .flatMap(block -> Arrays.stream(block.split("(?<!\\\\)\n", -1)))
            .toList();
    assertThat(commands).as("commands in section " + section).isNotEmpty();
    return commands;
  }

  private static String text() {
    try {
      return Files.readString(Path.of("README.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
