// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import dev.weir.server.cli.ProgressBar;
import dev.weir.server.cli.Quantities;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Brings a body into a file, which appears when it is whole and not before. Confined to one thread.
 */
final class Download {

  private static final int PIECE_BYTES = 128 << 10;

  private final Server server;
  private final ProgressBar bar;

  Download(Server server, ProgressBar bar) {
    this.server = server;
    this.bar = bar;
  }

  /** Gives what the server said of the body. */
  HttpHeaders to(Path file, String path) throws IOException {
    HttpResponse<InputStream> answer = server.open(path);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (InputStream in = answer.body()) {
      copy(in, part, answer.headers().firstValueAsLong("content-length").orElse(0));
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      bar.clear();
      Files.deleteIfExists(part);
    }
    return answer.headers();
  }

  private void copy(InputStream in, Path file, long total) throws IOException {
    var piece = new byte[PIECE_BYTES];
    long done = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        out.write(piece, 0, count);
        done += count;
        bar.update(done, total, Quantities.bytes(done));
      }
    }
  }
}
