// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.Quantities;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir status}: how a server does, in a few lines. */
@Command(
    name = "status",
    description =
        "Show whether a server can record, and what it has. The exit status is 1 when it can't.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir status",
      "  weir status --server http://127.0.0.1:9000 --json"
    })
public final class StatusCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  private long streams;
  private long live;
  private long fragments;
  private long bytes;

  @Override
  public Integer call() {
    try (Server asked = server.open()) {
      HttpResponse<String> ready = asked.answer("/readyz");
      Page.eachItem(asked, "/v1/streams", this::count);
      boolean records = ready.statusCode() == 200;
      String reason =
          records
              ? ""
              : Json.read(ready.body()).map(problem -> problem.path("detail").asText()).orElse("");
      print(asked, records, reason);
      return records ? 0 : 1;
    }
  }

  private void count(JsonNode stream) {
    streams++;
    live += stream.path("live").asBoolean() ? 1 : 0;
    fragments += stream.path("fragments").asLong();
    bytes += stream.path("bytes").asLong();
  }

  private void print(Server asked, boolean records, String reason) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.object()
              .put("server", asked.at("/").toString())
              .put("records", records)
              .put("reason", reason)
              .put("streams", streams)
              .put("live", live)
              .put("fragments", fragments)
              .put("bytes", bytes));
      return;
    }
    out.println("server     " + asked.at("/"));
    out.println("records    " + (records ? "yes" : "no: " + reason));
    out.println("streams    " + streams + ", " + live + " live");
    out.println("stored     " + Quantities.bytes(bytes) + " in " + fragments + " fragments");
  }
}
