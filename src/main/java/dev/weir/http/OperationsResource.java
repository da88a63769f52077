// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** For those who run the server: is it alive, can it record, what does it count. Thread-safe. */
final class OperationsResource {

  private final Services services;
  private final Metrics metrics;

  OperationsResource(Services services, Metrics metrics) {
    this.services = services;
    this.metrics = metrics;
  }

  Response alive(Request request) {
    return Response.text(HttpResponseStatus.OK, "text/plain", "ok\n");
  }

  /** Ready means: what is pushed can be stored. */
  Response ready(Request request) {
    return services
        .recordings()
        .refused()
        .map(failure -> Problems.of(failure).response())
        .orElseGet(() -> Response.text(HttpResponseStatus.OK, "text/plain", "ready\n"));
  }

  Response metrics(Request request) {
    return metrics.answer();
  }

  Response openApi(Request request) {
    try (InputStream in = OperationsResource.class.getResourceAsStream("/openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: /openapi.yaml");
      }
      return Response.of(
          HttpResponseStatus.OK, "application/yaml", ByteSource.of(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
