// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.FileSource;
import dev.weir.model.StreamName;
import dev.weir.playback.evidence.ClipVerification;
import dev.weir.server.cli.Json;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir verify}: what is proven of a stream's range, or of a signed clip. */
@Command(
    name = "verify",
    description = {
      "Of a stream: read all of a range on its server and say what its hash chains prove whole.",
      "Of a file: check the signed manifest of a clip; no server is needed. Exit status 1 when not all is",
      "proven."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir verify cam --from 2026-01-31T08:00:00Z --to 2026-01-31T09:00:00Z",
      "  weir verify clip.mp4",
      "  weir verify clip.mp4 --signer 5f3a"
    })
public final class VerifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "STREAM|FILE", description = "Name of a stream, or a file that exists.")
  private String what;

  @Mixin private RangeOptions range;

  @Option(
      names = "--signer",
      defaultValue = "",
      paramLabel = "FINGERPRINT",
      description = "Of a file: accept no other signer than the one whose fingerprint begins so.")
  private String signer;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print what was found as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Path file = Path.of(what);
    return Files.isRegularFile(file) ? verify(file) : verify(new StreamName(what));
  }

  private int verify(StreamName stream) {
    PrintWriter out = spec.commandLine().getOut();
    ObjectNode proof;
    try (Server asked = server.open()) {
      proof = asked.json(Server.stream(stream.value(), "/proof") + Server.query(range.query()));
    }
    if (json) {
      out.println(proof);
    } else {
      for (JsonNode stretch : proof.path("stretches")) {
        out.println(
            "whole   "
                + stretch.path("from").asText()
                + " to "
                + stretch.path("to").asText()
                + "  "
                + stretch.path("fragments").asInt()
                + " fragments, head "
                + stretch.path("head").asText().substring(0, 16));
      }
      proof.path("breaks").forEach(each -> out.println("broken  " + each.asText()));
    }
    return proof.path("whole").asBoolean() ? 0 : 1;
  }

  private int verify(Path file) {
    PrintWriter out = spec.commandLine().getOut();
    ClipVerification found;
    try (ByteSource source = FileSource.open(file)) {
      found = ClipVerification.of(source);
    }
    String problem =
        found
            .problem()
            .orElse(found.signer().startsWith(signer) ? "" : "another signer than " + signer);
    if (json) {
      ObjectNode object =
          Json.object().put("true", problem.isEmpty()).put("signer", found.signer());
      found.manifest().forEach(object.putArray("manifest")::add);
      out.println(problem.isEmpty() ? object : object.put("problem", problem));
    } else if (problem.isEmpty()) {
      found.manifest().forEach(out::println);
      out.println("signed by " + found.signer() + ": true");
    } else {
      out.println(file + " is not proven: " + problem);
    }
    return problem.isEmpty() ? 0 : 1;
  }
}
