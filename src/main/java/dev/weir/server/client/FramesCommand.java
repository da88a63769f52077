// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import dev.weir.model.StreamName;
import dev.weir.server.cli.CommandFailed;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.ProgressBar;
import dev.weir.server.cli.Quantities;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir frames}: pictures at regular instants. */
@Command(
    name = "frames",
    description = "Save the pictures that a stream showed at regular instants of a range.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir frames cam --from 2026-01-31T08:00:00Z --to 2026-01-31T08:10:00Z -o pictures",
      "  weir frames cam --every 1m --nearest keyframe --width 320 -o day.zip"
    })
public final class FramesCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
  private StreamName stream;

  @Option(
      names = "--from",
      defaultValue = "",
      paramLabel = "TIME",
      description =
          "The first instant, RFC 3339 or epoch milliseconds (default: where the recording begins).")
  private String from;

  @Option(
      names = "--to",
      defaultValue = "",
      paramLabel = "TIME",
      description = "End of the range, itself not included (default: where the recording ends).")
  private String to;

  @Option(
      names = "--every",
      defaultValue = "1s",
      paramLabel = "DURATION",
      description = "From instant to instant (default: ${DEFAULT-VALUE}).")
  private String every;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FOLDER|FILE.zip",
      description = "Folder to write a file a picture into, or one zip file.")
  private Path output;

  @Option(
      names = "--image",
      defaultValue = "jpg",
      paramLabel = "FORMAT",
      description = "jpg, png or webp (default: ${DEFAULT-VALUE}).")
  private String image;

  @Mixin private PictureOption picture;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print what was written as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    boolean zip = output.toString().endsWith(".zip");
    String path =
        Server.stream(stream.value(), "/frames")
            + picture.query(
                "from",
                from,
                "to",
                to,
                "every",
                every,
                "image",
                image,
                "format",
                zip ? "zip" : "multipart");
    var bar = ProgressBar.on(spec.commandLine().getErr());
    try (Server asked = server.open()) {
      if (zip) {
        var _ = new Download(asked, bar).to(output, path);
        say(
            Json.object()
                .put("file", output.toString())
                .put("bytes", Files.size(output))
                .toString(),
            output + ": " + Quantities.bytes(Files.size(output)));
      } else {
        long count = folder(asked.open(path), bar);
        say(
            Json.object().put("folder", output.toString()).put("pictures", count).toString(),
            output + ": " + count + " pictures");
      }
    }
    return 0;
  }

  private void say(String asJson, String text) {
    spec.commandLine().getOut().println(json ? asJson : text);
  }

  private long folder(HttpResponse<InputStream> answer, ProgressBar bar) throws IOException {
    Files.createDirectories(output);
    long count = 0;
    try (var parts = new MultipartReader(answer.body())) {
      for (var part = parts.next(); part.isPresent(); part = parts.next()) {
        // Names come from a server, and must not lead out of the folder.
        Path name = Path.of(part.get().fileName()).getFileName();
        Files.write(output.resolve(name), part.get().body().toArray());
        bar.update(++count, 0, count + " pictures");
      }
    } catch (IOException e) {
      throw new CommandFailed("cut after " + count + " pictures: " + e.getMessage(), e);
    } finally {
      bar.clear();
    }
    return count;
  }
}
