// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.server.cli.Quantities;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir retention}: what will be deleted, when and why. */
@Command(
    name = "retention",
    description =
        "Show what retention will delete or thin, when and why, if nothing more comes in.",
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  weir retention --plan", "  weir retention --plan --within 7d"})
public final class RetentionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--plan", required = true, description = "Show the plan; nothing is changed.")
  @SuppressWarnings("UnusedVariable")
  private boolean plan;

  @Option(
      names = "--within",
      defaultValue = "1d",
      paramLabel = "DURATION",
      description = "How far to look ahead: 12h, 7d (default: ${DEFAULT-VALUE}).")
  private String within;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Server asked = server.open()) {
      JsonNode steps = asked.json("/v1/retention" + Server.query("within", within)).path("items");
      for (JsonNode step : steps) {
        out.println(json ? step.toString() : line(step));
      }
      if (!json) {
        out.println(
            "deletions give back "
                + sum(steps, "delete")
                + "; of "
                + sum(steps, "thin")
                + " that are thinned the key frames stay");
      }
    }
    return 0;
  }

  private static String sum(JsonNode steps, String action) {
    long bytes = 0;
    int files = 0;
    for (JsonNode step : steps) {
      if (step.path("action").asText().equals(action)) {
        bytes += step.path("bytes").asLong();
        files++;
      }
    }
    return Quantities.bytes(bytes) + " (" + files + " files)";
  }

  private static String line(JsonNode step) {
    return String.format(
        Locale.ROOT,
        "%s  %-6s  %10s  %-10s  %s  %s to %s",
        step.path("at").asText(),
        step.path("action").asText(),
        Quantities.bytes(step.path("bytes").asLong()),
        step.path("reason").asText(),
        step.path("stream").asText(),
        step.path("from").asText(),
        step.path("to").asText());
  }
}
