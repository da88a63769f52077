// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.AccessKey;
import dev.weir.control.AccessKeys;
import dev.weir.control.Durations;
import dev.weir.control.Permission;
import dev.weir.model.InvalidArgument;
import dev.weir.server.cli.CommandFailed;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir keys}: with what clients of the AWS-compatible API sign. */
@Command(
    name = "keys",
    description = {
      "Make, list and take away access keys for the API of Kinesis Video Streams.",
      "They lie in the first data folder; a running server sees a change within a second.",
      "While there are any, each call of that API must be signed with one."
    },
    subcommands = {KeysCommand.Create.class, KeysCommand.ListKeys.class, KeysCommand.Revoke.class},
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir keys create",
      "  weir keys create --name cam-7 --allow Describe*,GetDataEndpoint,PutMedia@cam-7",
      "  weir keys create --expires 12h --allow Get*,List*,Describe*",
      "  weir keys list",
      "  weir keys revoke AKIAQQ5TNQXDA7JZ4KFE"
    })
final class KeysCommand {

  private static AccessKeys keys(DataOption data) {
    Path folder = data.folders().getFirst();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CommandFailed(folder + " can't be made: " + e, e);
    }
    return new AccessKeys(folder, InstantSource.system());
  }

  /** {@code weir keys create}. */
  @Command(
      name = "create",
      description = "Make a key and print it, with its secret, which is not shown again.",
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private DataOption data;

    @Option(
        names = "--name",
        defaultValue = "",
        paramLabel = "TEXT",
        description = "For whom it is.")
    private String name;

    @Option(
        names = "--allow",
        paramLabel = "ACTION[,ACTION...][@STREAMS]",
        defaultValue = "*",
        description = {
          "What it may do and to which streams, * standing for any letters;",
          "may be given again (default: everything)."
        })
    private List<String> allow;

    @Option(
        names = "--expires",
        defaultValue = "",
        paramLabel = "DURATION",
        description = "Make a temporary key, with a session token, that counts so long.")
    private String expires;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() {
      AccessKey made = make();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        ObjectNode object = describe(made).put("secretAccessKey", made.secret());
        made.sessionToken().ifPresent(token -> object.put("sessionToken", token));
        out.println(object);
      } else {
        out.println("AWS_ACCESS_KEY_ID=" + made.id());
        out.println("AWS_SECRET_ACCESS_KEY=" + made.secret());
        made.sessionToken().ifPresent(token -> out.println("AWS_SESSION_TOKEN=" + token));
      }
      return 0;
    }

    private AccessKey make() {
      try {
        Optional<Duration> lifetime =
            expires.isEmpty()
                ? Optional.empty()
                : Optional.of(Durations.parse("--expires", expires));
        List<Permission> permissions = allow.stream().map(Permission::parse).toList();
        return keys(data).create(name, lifetime, permissions);
      } catch (InvalidArgument e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }
  }

  /** {@code weir keys list}. */
  @Command(name = "list", description = "List the keys.", mixinStandardHelpOptions = true)
  static final class ListKeys implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private DataOption data;

    @Option(names = "--json", description = "Print a JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      List<AccessKey> keys = keys(data).list();
      if (json) {
        keys.forEach(key -> out.println(describe(key)));
        return 0;
      }
      var table = new Table("id", "name", "created", "expires", "may");
      for (AccessKey key : keys) {
        table.row(
            key.id(),
            key.name(),
            key.created().toString(),
            key.expires().map(String::valueOf).orElse("-"),
            String.join(" ", key.permissions().stream().map(Permission::toString).toList()));
      }
      table.print(out);
      return 0;
    }
  }

  /** {@code weir keys revoke}. */
  @Command(name = "revoke", description = "Take a key away.", mixinStandardHelpOptions = true)
  static final class Revoke implements Callable<Integer> {

    @Mixin private DataOption data;

    @Parameters(paramLabel = "ID", description = "Id of the key.")
    private String id;

    @Override
    public Integer call() {
      keys(data).revoke(id);
      return 0;
    }
  }

  private static ObjectNode describe(AccessKey key) {
    ObjectNode object =
        Json.object()
            .put("accessKeyId", key.id())
            .put("name", key.name())
            .put("created", key.created().toString());
    key.expires().ifPresent(expires -> object.put("expires", expires.toString()));
    ArrayNode permissions = object.putArray("permissions");
    key.permissions().forEach(each -> permissions.add(each.toString()));
    return object;
  }
}
