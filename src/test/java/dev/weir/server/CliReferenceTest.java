// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.CommandRun;
import dev.weir.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The page of commands and the program's own help say the same. */
final class CliReferenceTest {

  private static final Path PAGE = Path.of("src/site/markdown/reference/cli.md");
  private static final Pattern USAGE =
      Pattern.compile("```text\n(Usage: weir ([a-z-]+).*?)```", Pattern.DOTALL);

  /** A command as it is typed in a block of code, without the words that explain it. */
  private static final Pattern TYPED =
      Pattern.compile("^(?:[^#`\n]*\\| )?scripts/weir ([^#`\n]+)", Pattern.MULTILINE);

  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> commands = new TreeMap<>(Main.commandLine(Map.of()).getSubcommands());
    commands.keySet().removeAll(Set.of("help", "generate-completion"));
    return commands;
  }

  private static String usage(CommandLine command) {
    return command.getUsageMessage(Ansi.OFF);
  }

  private static String usage(String name) {
    CommandLine command = commands().get(name);
    if (command == null) {
      throw new AssertionError("no such command: " + name);
    }
    return usage(command);
  }

  /** {@code -Dgolden.update=true} writes the help into the page. */
  @Test
  void thePageHasTheHelpOfEveryCommand() throws IOException {
    String page = Files.readString(PAGE);
    if (Boolean.getBoolean("golden.update")) {
      page =
          USAGE
              .matcher(page)
              .replaceAll(
                  found -> Matcher.quoteReplacement("```text\n" + usage(found.group(2)) + "```"));
      Files.writeString(PAGE, page);
    }
    var shown = new TreeSet<String>();
    Matcher found = USAGE.matcher(page);
    while (found.find()) {
      shown.add(found.group(2));
      assertThat(found.group(1)).isEqualTo(usage(found.group(2)));
    }
    assertThat(shown).isEqualTo(commands().keySet());
  }

  @Test
  void theTableNamesEachCommandOnce() throws IOException {
    String page = Files.readString(PAGE);
    String table = page.substring(page.indexOf("| command |"), page.indexOf("\n## "));
    var named = new ArrayList<String>();
    Pattern.compile("\\[([a-z-]+)]\\(#\\1\\)")
        .matcher(table)
        .results()
        .forEach(each -> named.add(each.group(1)));
    assertThat(named).doesNotHaveDuplicates().hasSameElementsAs(sections(page));
  }

  private static List<String> sections(String page) {
    return Pattern.compile("\n## ([a-z-]+)\n")
        .matcher(page)
        .results()
        .map(each -> each.group(1))
        .toList();
  }

  @Test
  void everyCommandHasExamplesThatParse() {
    commands()
        .forEach((name, command) -> {
          String usage = usage(command);
          assertThat(usage).as(name).contains("Examples:\n  ");
          usage
              .lines()
              .filter(line -> line.startsWith("  weir "))
              .map(line -> line.strip().substring("weir ".length()).split(" +", -1))
              .forEach(example -> Main.commandLine(Map.of(), example).parseArgs(example));
        });
  }

  @Test
  void whatTheReadmeAndTheGuideTypeIsUnderstood() throws IOException {
    var pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (var guide = Files.list(Path.of("src/site/markdown/guide"))) {
      guide.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    Set<String> understood = new TreeSet<>();
    for (Path page : pages) {
      Matcher typed = TYPED.matcher(Files.readString(page));
      while (typed.find()) {
        String[] arguments = typed.group(1).strip().split(" +", -1);
        Main.commandLine(Map.of(), arguments).parseArgs(arguments);
        understood.add(arguments[0]);
      }
    }
    assertThat(understood).contains("serve", "push", "streams", "ls", "clip", "frame", "inspect");
  }

  @Test
  void everyOptionSaysWhatItIsFor() {
    commands()
        .forEach((name, command) ->
            command
                .getCommandSpec()
                .options()
                .forEach(option ->
                    assertThat(option.description())
                        .as("weir %s %s", name, option.longestName())
                        .isNotEmpty()));
  }

  @Test
  void theVersionIsSaidByEveryCommand() {
    String version = CommandRun.of("--version").output();
    assertThat(version).startsWith("weir ");
    commands()
        .keySet()
        .forEach(name -> assertThat(CommandRun.of(name, "--version").output()).isEqualTo(version));
  }

  @Test
  void theCompletionIsShellThatKnowsTheCommands(@TempDir Path folder) throws IOException {
    CommandRun run = CommandRun.of("generate-completion");
    assertThat(run.status()).isZero();
    assertThat(run.output()).contains("push", "--realtime", "inspect");
    Program.run(
        "bash", "-n", Files.writeString(folder.resolve("weir.sh"), run.output()).toString());
  }
}
