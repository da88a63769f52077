// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import dev.weir.model.StreamName;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.ProgressBar;
import dev.weir.server.cli.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir frame}: the picture that was shown at an instant. */
@Command(
    name = "frame",
    description = "Save the picture that a stream showed at an instant.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir frame cam --at latest -o now.jpg",
      "  weir frame cam --at 2026-01-31T08:00:03.120Z --width 640 -o x.png"
    })
public final class FrameCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
  private StreamName stream;

  @Option(
      names = "--at",
      required = true,
      paramLabel = "TIME",
      description = "The instant, RFC 3339 or epoch milliseconds, or latest.")
  private String at;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description =
          "File to write: .jpg, .png, .webp, or .mp4 for the key frame before, undecoded.")
  private Path output;

  @Mixin private PictureOption picture;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print what was written as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    String path = Server.stream(stream.value(), "/frame." + extension()) + picture.query("at", at);
    String time;
    try (Server asked = server.open()) {
      time =
          new Download(asked, ProgressBar.on(spec.commandLine().getErr()))
              .to(output, path)
              .firstValue("Weir-Frame-Time")
              .orElse("");
    }
    long bytes = Files.size(output);
    spec.commandLine()
        .getOut()
        .println(
            json
                ? Json.object().put("file", output.toString()).put("time", time).put("bytes", bytes)
                : output + ": " + time + ", " + Quantities.bytes(bytes));
    return 0;
  }

  private String extension() {
    String name = output.toString();
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "jpg", "jpeg" -> "jpg";
      case "png" -> "png";
      case "webp" -> "webp";
      case "mp4" -> "mp4";
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "-o wants a name that ends in .jpg, .png, .webp or .mp4, found " + name);
    };
  }
}
