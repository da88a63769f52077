// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program. */
@Command(
    name = "weir",
    description = "Push video in, get any moment of it back.",
    subcommands = {ServeCommand.class, CheckCommand.class, CommandLine.HelpCommand.class},
    mixinStandardHelpOptions = true,
    version = "weir 0.1.0")
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
