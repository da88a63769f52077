// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import dev.weir.model.NotFound;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/**
 * The console's files, out of the jar; a fixed table, so that no path leads anywhere else.
 * Thread-safe.
 */
final class ConsoleResource {

  private static final String HLS_JS =
      "/META-INF/resources/webjars/hls.js/" + version() + "/dist/hls.min.js";

  private record File(String resource, String contentType) {}

  private static final Map<String, File> FILES =
      Map.of(
          "/", new File("/console/index.html", "text/html; charset=utf-8"),
          "/console/style.css", new File("/console/style.css", "text/css; charset=utf-8"),
          "/console/app.js", new File("/console/app.js", "text/javascript; charset=utf-8"),
          "/console/api.js", new File("/console/api.js", "text/javascript; charset=utf-8"),
          "/console/player.js", new File("/console/player.js", "text/javascript; charset=utf-8"),
          "/console/timeline.js",
              new File("/console/timeline.js", "text/javascript; charset=utf-8"),
          "/webjars/hls.js/dist/hls.min.js", new File(HLS_JS, "text/javascript; charset=utf-8"));

  Response file(Request request) {
    File file = FILES.get(request.pathText());
    if (file == null) {
      throw new NotFound("no such page", "path", "a page of the console", request.pathText());
    }
    return Response.of(HttpResponseStatus.OK, file.contentType, ByteSource.of(read(file.resource)))
        .with(HttpHeaderNames.CACHE_CONTROL, "no-cache");
  }

  private static byte[] read(String resource) {
    try (InputStream in = ConsoleResource.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The WebJar's own properties name its version. */
  private static String version() {
    try (InputStream in =
        ConsoleResource.class.getResourceAsStream(
            "/META-INF/maven/org.webjars.npm/hls.js/pom.properties")) {
      var properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
