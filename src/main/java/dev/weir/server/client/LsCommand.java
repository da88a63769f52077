// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.StreamName;
import dev.weir.server.cli.Quantities;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir ls}: what a stream has recorded. */
@Command(
    name = "ls",
    description = "List the fragments of a stream, or what of its time is recorded.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir ls cam",
      "  weir ls cam --timeline",
      "  weir ls cam --from 2026-01-31T08:00:00Z --to 2026-01-31T09:00:00Z --json"
    })
public final class LsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
  private StreamName stream;

  @Option(
      names = "--timeline",
      description = "Recorded ranges and the gaps between them, with the reason.")
  private boolean timeline;

  @Mixin private RangeOptions range;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Server asked = server.open()) {
      if (timeline) {
        timeline(asked, out);
      } else {
        fragments(asked, out);
      }
    }
    return 0;
  }

  private void fragments(Server asked, PrintWriter out) {
    if (!json) {
      out.println("producer time             duration        size  run               number");
    }
    Page.eachItem(
        asked,
        Server.stream(stream.value(), "/fragments"),
        fragment -> out.println(json ? fragment : line(fragment)),
        range.query());
  }

  private static String line(JsonNode fragment) {
    return String.format(
        Locale.ROOT,
        "%s  %9s  %10s  %s  %s%s",
        fragment.path("producerTime").asText(),
        Quantities.seconds(fragment.path("durationMs").asLong()),
        Quantities.bytes(fragment.path("bytes").asLong()),
        fragment.path("run").asText(),
        fragment.path("number").asText(),
        fragment.path("startsWithSync").asBoolean() ? "" : "  no sync at its start");
  }

  private void timeline(Server asked, PrintWriter out) {
    ObjectNode answer =
        asked.json(Server.stream(stream.value(), "/timeline") + Server.query(range.query()));
    if (json) {
      out.println(answer);
      return;
    }
    var spans = new ArrayList<JsonNode>();
    answer.path("ranges").forEach(spans::add);
    answer.path("gaps").forEach(spans::add);
    spans.sort(Comparator.comparing(span -> Instant.parse(span.path("from").asText())));
    spans.stream().map(LsCommand::span).forEach(out::println);
  }

  private static String span(JsonNode span) {
    String from = span.path("from").asText();
    String to = span.path("to").asText();
    long millis = Duration.between(Instant.parse(from), Instant.parse(to)).toMillis();
    var words = new ArrayList<>(List.of(span.has("reason") ? "gap     " : "recorded"));
    words.add(from + " to " + to);
    words.add(String.format(Locale.ROOT, "%12s", Quantities.seconds(millis)));
    if (span.has("reason")) {
      words.add(span.path("reason").asText() + ": " + span.path("detail").asText());
    }
    return String.join("  ", words);
  }
}
