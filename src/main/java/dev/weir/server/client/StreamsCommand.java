// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.server.cli.Quantities;
import dev.weir.server.cli.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir streams}: what streams there are. */
@Command(
    name = "streams",
    description = "List the streams of a server.",
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  weir streams", "  weir streams --prefix cam- --json"})
public final class StreamsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--prefix",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "Only those whose names begin so.")
  private String prefix;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Server asked = server.open()) {
      if (json) {
        Page.eachItem(asked, "/v1/streams", out::println, "prefix", prefix);
        return 0;
      }
      var table = new Table("name", "live", ">fragments", ">size", "from", "to", "tracks");
      Page.eachItem(asked, "/v1/streams", stream -> row(table, stream), "prefix", prefix);
      table.print(out);
      return 0;
    }
  }

  private static void row(Table table, JsonNode stream) {
    table.row(
        stream.path("name").asText(),
        stream.path("live").asBoolean() ? "live" : "",
        stream.path("fragments").asText(),
        Quantities.bytes(stream.path("bytes").asLong()),
        stream.path("firstTime").asText("-"),
        stream.path("lastTime").asText("-"),
        tracks(stream.path("tracks")));
  }

  /** As in {@code h264 1920x1080, aac 48000 Hz}. */
  private static String tracks(JsonNode tracks) {
    var names = new ArrayList<String>();
    for (JsonNode track : tracks) {
      String codec = track.path("codec").asText();
      names.add(
          track.has("width")
              ? codec + " " + track.path("width").asInt() + "x" + track.path("height").asInt()
              : codec + " " + track.path("sampleRate").asInt() + " Hz");
    }
    return String.join(", ", names);
  }
}
