// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.archive.Reindex;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.ProgressBar;
import dev.weir.server.cli.Quantities;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir reindex}: makes the catalog anew from the chunk files. */
@Command(
    name = "reindex",
    description = {
      "Make the catalog anew from the chunk files, which are the truth; the old one is set aside.",
      "Not needed after a crash: serve brings catalog and files in step by itself. No server may use the folder."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  weir reindex", "  weir reindex --data /srv/weir"})
final class ReindexCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Option(names = "--json", description = "Print what was found as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    var bar = ProgressBar.on(spec.commandLine().getErr());
    Reindex.Report report;
    try {
      report =
          Reindex.run(
              data.existing(),
              InstantSource.system(),
              (done, total) -> bar.update(done, total, done + " of " + total + " chunk files"));
    } finally {
      bar.clear();
    }
    print(report, spec.commandLine().getOut());
    report.leftOut().forEach(spec.commandLine().getErr()::println);
    return report.leftOut().isEmpty() ? 0 : 1;
  }

  private void print(Reindex.Report report, PrintWriter out) {
    if (json) {
      var object = Json.object();
      report.setAside().ifPresent(file -> object.put("setAside", file.toString()));
      object
          .put("streams", report.streams())
          .put("fragments", report.fragments())
          .put("bytes", report.bytes());
      report.leftOut().forEach(object.putArray("leftOut")::add);
      out.println(object);
      return;
    }
    report.setAside().ifPresent(file -> out.println("old catalog: " + file));
    out.println(
        report.streams()
            + " streams, "
            + report.fragments()
            + " fragments, "
            + Quantities.bytes(report.bytes()));
  }
}
