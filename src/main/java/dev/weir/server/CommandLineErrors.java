// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.model.WeirException;
import dev.weir.server.cli.CommandFailed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place where errors become lines for people, and exit statuses. Stateless. */
final class CommandLineErrors {

  private CommandLineErrors() {}

  static void handleBy(CommandLine program) {
    program.setParameterExceptionHandler((e, arguments) -> wrongUsage(e));
    program.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
  }

  /** What is wrong, and where help is. */
  private static int wrongUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println(name + ": " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try " + name + " --help");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception e, CommandLine command) throws Exception {
    String message =
        switch (e) {
          case WeirException known -> known.getMessage();
          case CommandFailed known -> known.getMessage();
          case UncheckedIOException io -> String.valueOf(io.getCause());
          case IOException io -> io.toString();
          default -> throw e;
        };
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
