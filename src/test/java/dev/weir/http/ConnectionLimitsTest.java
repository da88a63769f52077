// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference says of a connection what the server does. */
final class ConnectionLimitsTest {

  private static final ConnectionLimits LIMITS = ConnectionLimits.DEFAULT;

  @Test
  void theReferenceNamesTheDefaults() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/reference/http-api.md"));
    String table = page.substring(page.indexOf("\n## Connections\n"));
    assertThat(table)
        .contains("| " + seconds(LIMITS.idleMillis()) + " between two requests |")
        .contains("| " + seconds(LIMITS.headMillis()) + " for a request's head")
        .contains("| " + seconds(LIMITS.mediaHeaderMillis()) + " for a push to describe its tracks")
        .contains(LIMITS.paceBytes() + " bytes in each " + seconds(LIMITS.paceMillis()) + " |")
        .contains("| " + seconds(LIMITS.sendMillis()) + " for a client to take the next 256 KiB")
        .contains("| " + seconds(LIMITS.drainMillis()) + " to read a refusal")
        .contains("up to " + (LIMITS.drainBytes() >> 20) + " MiB more of the body");
  }

  private static String seconds(long millis) {
    assertThat(millis % 1000).isZero();
    return millis / 1000 + " s";
  }
}
