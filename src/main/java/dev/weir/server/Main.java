// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.model.InvalidArgument;
import dev.weir.model.StreamName;
import dev.weir.server.client.BackupCommand;
import dev.weir.server.client.ClipCommand;
import dev.weir.server.client.FrameCommand;
import dev.weir.server.client.FramesCommand;
import dev.weir.server.client.HooksCommand;
import dev.weir.server.client.LsCommand;
import dev.weir.server.client.RetentionCommand;
import dev.weir.server.client.StatusCommand;
import dev.weir.server.client.StreamsCommand;
import dev.weir.server.client.VerifyCommand;
import dev.weir.server.inspect.InspectCommand;
import dev.weir.server.push.PushCommand;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.TypeConversionException;

/** The program. */
@Command(
    name = "weir",
    description = "Push video in, get any moment of it back.",
    subcommands = {
      ServeCommand.class,
      PushCommand.class,
      StreamsCommand.class,
      LsCommand.class,
      ClipCommand.class,
      FrameCommand.class,
      FramesCommand.class,
      HooksCommand.class,
      StatusCommand.class,
      KeysCommand.class,
      CheckCommand.class,
      VerifyCommand.class,
      RetentionCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      ReindexCommand.class,
      InspectCommand.class,
      DecodersCommand.class,
      GenerateCompletion.class,
      HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    version = "weir 0.1.0")
public final class Main {

  private static final int WIDTH = 100;

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine(System.getenv(), args).execute(args));
  }

  /** The program, to be executed with these arguments. */
  public static CommandLine commandLine(Map<String, String> environment, String... arguments) {
    var program = new CommandLine(new Main());
    program.setUsageHelpWidth(WIDTH);
    String[] version = program.getCommandSpec().version();
    program.getSubcommands().values().forEach(each -> each.getCommandSpec().version(version));
    program.registerConverter(StreamName.class, Main::streamName);
    CommandLineErrors.handleBy(program);
    Configuration.provide(program, environment, arguments);
    return program;
  }

  private static StreamName streamName(String text) {
    try {
      return new StreamName(text);
    } catch (InvalidArgument e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
