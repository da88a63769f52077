// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.archive.Archive;
import dev.weir.archive.CheckReport;
import dev.weir.archive.DiskArchive;
import dev.weir.server.cli.Json;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir check}: walks the store's invariants over a data folder that no server uses. */
@Command(
    name = "check",
    description = "Verify every record of a data folder, and that catalog and files agree.",
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  weir check", "  weir check --data /srv/weir"})
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Option(names = "--json", description = "Print what was found as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    try (Archive archive = DiskArchive.open(data.archive(), InstantSource.system())) {
      CheckReport report = archive.check();
      report.failures().forEach(spec.commandLine().getErr()::println);
      print(report, spec.commandLine().getOut());
      return report.failures().isEmpty() ? 0 : 1;
    }
  }

  private void print(CheckReport report, PrintWriter out) {
    if (json) {
      var object =
          Json.object()
              .put("files", report.files())
              .put("fragments", report.fragments())
              .put("bytes", report.bytes());
      report.failures().forEach(object.putArray("failures")::add);
      out.println(object);
      return;
    }
    out.println(
        report.files()
            + " files, "
            + report.fragments()
            + " fragments, "
            + report.bytes()
            + " bytes, "
            + report.failures().size()
            + " failures");
  }
}
