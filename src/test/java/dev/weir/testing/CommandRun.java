// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import dev.weir.server.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * The program run in this process, and what it printed. Immutable.
 *
 * @param status the exit status it would have had
 */
public record CommandRun(int status, String output, String errors) {

  public static CommandRun of(String... arguments) {
    var output = new StringWriter();
    var errors = new StringWriter();
    int status =
        Main.commandLine(Map.of(), arguments)
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(errors, true))
            .execute(arguments);
    return new CommandRun(status, output.toString(), errors.toString());
  }
}
