// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.FileSource;
import dev.weir.control.Durations;
import dev.weir.control.RetentionStep;
import dev.weir.control.Upkeep;
import dev.weir.model.Proof;
import dev.weir.model.StorageFailure;
import dev.weir.model.WeirException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;

/**
 * What is asked of a running server by those who keep it: the retention plan, walks of the
 * invariants, proofs, the catalog's backup. Thread-safe; blocks on the archive.
 */
final class UpkeepResource {

  private final Services services;

  UpkeepResource(Services services) {
    this.services = services;
  }

  Response retention(Request request) {
    Duration ahead =
        request
            .parameter("within")
            .map(text -> Durations.parse("within", text))
            .orElse(Duration.ZERO);
    ObjectNode body = Json.object();
    ArrayNode items = body.putArray("items");
    for (RetentionStep step : services.retention().plan(ahead)) {
      items.add(
          Json.object()
              .put("at", Json.time(step.dueNs()))
              .put("stream", step.stream().name().value())
              .put("action", step.action().name().toLowerCase(Locale.ROOT))
              .put("reason", step.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .put("from", Json.time(step.range().fromNs()))
              .put("to", Json.time(step.range().toNs()))
              .put("bytes", step.bytes())
              .put("file", step.fileName()));
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  Response beginCheck(Request request) {
    services.upkeep().check(request.parameter("repair").map("true"::equals).orElse(false));
    return Json.answer(HttpResponseStatus.ACCEPTED, describe(services.upkeep().walk()));
  }

  Response check(Request request) {
    return Json.answer(HttpResponseStatus.OK, describe(services.upkeep().walk()));
  }

  private static ObjectNode describe(Upkeep.Walk walk) {
    ObjectNode body =
        Json.object()
            .put("running", walk.running())
            .put("done", walk.done())
            .put("total", walk.total());
    walk.report()
        .ifPresent(report -> {
          body.put("files", report.files())
              .put("fragments", report.fragments())
              .put("bytes", report.bytes());
          ObjectNode disks = body.putObject("filesByDisk");
          report.filesByDisk().forEach(disks::put);
          report.failures().forEach(body.putArray("failures")::add);
        });
    walk.failure().ifPresent(failure -> body.put("failure", failure.getMessage()));
    return body;
  }

  Response proof(Request request) {
    Proof proof = services.upkeep().prove(request.stream(), StreamsResource.range(request));
    ObjectNode body = Json.object().put("whole", proof.breaks().isEmpty());
    ArrayNode stretches = body.putArray("stretches");
    for (Proof.Stretch each : proof.stretches()) {
      stretches.add(
          Json.object()
              .put("from", Json.time(each.range().fromNs()))
              .put("to", Json.time(each.range().toNs()))
              .put("run", each.run().toString())
              .put("fragments", each.fragments())
              .put("first", each.first().toString())
              .put("last", each.last().toString())
              .put("head", each.head().toHex())
              .put("fromBeginning", each.fromBeginning()));
    }
    proof.breaks().forEach(body.putArray("breaks")::add);
    return Json.answer(HttpResponseStatus.OK, body);
  }

  /** The key that signs clips, X.509 in PEM (RFC 7468). */
  Response publicKey(Request request) {
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(services.signedClips().key().publicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    return Response.text(HttpResponseStatus.OK, "application/x-pem-file", pem);
  }

  Response backup(Request request) {
    try {
      Path folder = Files.createTempDirectory("weir-backup");
      Path file = folder.resolve("catalog.zip");
      try {
        services.upkeep().backUpCatalog(file);
      } catch (WeirException e) {
        Files.deleteIfExists(file);
        Files.delete(folder);
        throw e;
      }
      ByteSource copy = FileSource.open(file);
      // An open file outlives its name: nothing is left behind, however the answer ends.
      Files.delete(file);
      Files.delete(folder);
      return Response.of(HttpResponseStatus.OK, "application/zip", copy)
          .with(HttpHeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"catalog.zip\"");
    } catch (IOException e) {
      throw new StorageFailure("backup", "", "", String.valueOf(e));
    }
  }
}
