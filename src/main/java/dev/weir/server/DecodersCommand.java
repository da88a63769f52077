// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.decode.DecoderKind;
import dev.weir.decode.DecoderOptions;
import dev.weir.decode.DecoderReport;
import dev.weir.decode.Decoders;
import dev.weir.server.cli.CommandFailed;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.Table;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir decoders}: which decoders work on this machine. */
@Command(
    name = "decoders",
    description = {
      "Say which decoders work on this machine, and for which codecs; each is started for it.",
      "With install humble, bring the library of Humble Video (AGPL, and in part GPL) beside the program; its",
      "worker is made by a build from source."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  weir decoders", "  weir decoders install humble"})
final class DecodersCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..2",
      paramLabel = "install humble",
      description = "Nothing, or what is to be installed.")
  private List<String> what = List.of();

  @Option(
      names = "--repository",
      defaultValue = "https://repo.maven.apache.org/maven2",
      paramLabel = "URL",
      description = "Maven repository to install from (default: ${DEFAULT-VALUE}).")
  private URI repository;

  @Option(
      names = "--folder",
      defaultValue = "",
      paramLabel = "FOLDER",
      description = "Where decoders that are not part of the program lie (default: beside it).")
  private String folder;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<Path> decoders =
        folder.isEmpty() ? ProgramFolder.decodersFolder() : Optional.of(Path.of(folder));
    if (what.equals(List.of("install", "humble"))) {
      Path target =
          decoders.orElseThrow(
              () -> new CommandFailed("no folder to install into; name one with --folder"));
      for (Path file : new HumbleInstall(repository).into(target.resolve("humble"))) {
        spec.commandLine().getOut().println(file);
      }
    } else if (!what.isEmpty()) {
      throw new CommandFailed("decoders knows install humble, not " + String.join(" ", what));
    }
    DecoderOptions options =
        decoders.map(DecoderOptions.DEFAULT::withFolder).orElse(DecoderOptions.DEFAULT);
    List<DecoderReport> reports;
    try (var opened = Decoders.open(options)) {
      reports = opened.probe();
    }
    print(reports);
    return reports.stream().anyMatch(DecoderReport::works) ? 0 : 1;
  }

  private void print(List<DecoderReport> reports) {
    if (json) {
      ObjectNode object = Json.object();
      ArrayNode items = object.putArray("items");
      for (DecoderReport each : reports) {
        ObjectNode item = items.addObject().put("decoder", each.kind().toString());
        item.put("works", each.works());
        ArrayNode codecs = item.putArray("codecs");
        each.codecs().forEach(codecs::add);
        if (!each.works()) {
          item.put("why", each.why());
        }
      }
      spec.commandLine().getOut().println(object);
      return;
    }
    var table = new Table("DECODER", "WORKS", "CODECS");
    for (DecoderReport each : reports) {
      String codecs = String.join(", ", each.codecs());
      table.row(
          each.kind().toString(),
          each.works() ? "yes" : "no: " + each.why() + hint(each.kind(), each.why()),
          each.kind() == DecoderKind.JCODEC ? codecs + " (what its gate lets through)" : codecs);
    }
    table.print(spec.commandLine().getOut());
  }

  private static String hint(DecoderKind kind, String why) {
    return kind == DecoderKind.HUMBLE && why.equals("not installed")
        ? " (weir decoders install humble)"
        : "";
  }
}
