// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands that README.md tells people to type. Stateless. */
public final class Readme {

  /** The server's address in every example. */
  public static final String SERVER = "http://127.0.0.1:8080";

  private Readme() {}

  /** The commands in the code block of a section, each as typed; comment lines left out. */
  public static List<String> commands(String section) {
    Matcher block =
        Pattern.compile("(?s)\n## " + Pattern.quote(section) + "\n.*?\n```\n(.*?)\n```\n")
            .matcher(text());
    if (!block.find()) {
      throw new AssertionError("README.md has no code block in section " + section);
    }
    String withoutComments = block.group(1).replaceAll("(?m)^#.*\n", "");
    return List.of(withoutComments.split("(?<!\\\\)\n", -1));
  }

  private static String text() {
    try {
      return Files.readString(Path.of("README.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
