// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import dev.weir.model.StreamName;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.ProgressBar;
import dev.weir.server.cli.Quantities;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir clip}: a range of a stream as a file. */
@Command(
    name = "clip",
    description =
        "Save a range of a stream as one MP4 or Matroska file that begins and ends exactly.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir clip cam --from 2026-01-31T08:00:00Z --to 2026-01-31T08:00:10Z -o out.mp4",
      "  weir clip cam --from 2026-01-31T08:00:00Z -o out.mkv",
      "  weir clip cam --from 2026-01-31T00:00:00Z --to 2026-02-01T00:00:00Z --every 1m -o day.mp4"
    })
public final class ClipCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
  private StreamName stream;

  @Mixin private RangeOptions range;

  @Option(
      names = "--every",
      defaultValue = "",
      paramLabel = "DURATION",
      description =
          "A timelapse instead: from each so much time the key frame, as it was coded, no sound.")
  private String every;

  @Option(
      names = "--rate",
      defaultValue = "",
      paramLabel = "1-120",
      description = "Pictures a second of a timelapse (default: 25).")
  private String rate;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "File to write, .mp4 or .mkv.")
  private Path output;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print what was written as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    String path =
        Server.stream(stream.value(), "/clip." + extension())
            + Server.query(
                Stream.concat(Arrays.stream(range.query()), Stream.of("every", every, "rate", rate))
                    .toArray(String[]::new));
    HttpHeaders said;
    try (Server asked = server.open()) {
      said = new Download(asked, ProgressBar.on(spec.commandLine().getErr())).to(output, path);
    }
    print(said, Files.size(output));
    return 0;
  }

  private String extension() {
    String name = output.toString();
    for (String extension : List.of("mp4", "mkv")) {
      if (name.endsWith("." + extension)) {
        return extension;
      }
    }
    throw new ParameterException(
        spec.commandLine(), "-o wants a name that ends in .mp4 or .mkv, found " + name);
  }

  private void print(HttpHeaders said, long bytes) {
    String from = said.firstValue("Weir-Clip-From").orElse("");
    String to = said.firstValue("Weir-Clip-To").orElse("");
    List<String> pieces = List.of(said.firstValue("Weir-Clip-Pieces").orElse("").split(", ", -1));
    if (json) {
      var object =
          Json.object()
              .put("file", output.toString())
              .put("from", from)
              .put("to", to)
              .put("bytes", bytes);
      pieces.forEach(object.putArray("pieces")::add);
      spec.commandLine().getOut().println(object);
      return;
    }
    spec.commandLine()
        .getOut()
        .println(output + ": " + from + " to " + to + ", " + Quantities.bytes(bytes));
    if (pieces.size() > 1) {
      spec.commandLine().getErr().println("there are gaps; the pieces are");
      pieces.forEach(piece -> spec.commandLine().getErr().println("  " + piece));
    }
  }
}
