// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.storyboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Bytes;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SheetCacheTest {

  private static final Bytes SHEET = Bytes.copyOf(new byte[400]);

  @TempDir Path folder;
  private final AtomicLong seconds = new AtomicLong(1_000_000);
  private final StreamId one = StreamId.random();
  private final StreamId other = StreamId.random();

  private SheetCache cache() {
    return new SheetCache(folder, 1000, () -> Instant.ofEpochSecond(seconds.incrementAndGet()));
  }

  @Test
  void theBudgetHoldsAndWhoWasNotAskedForLongestGoesFirst() throws IOException {
    SheetCache cache = cache();
    cache.keep(one, 0, "a", SHEET);
    cache.keep(other, 0, "b", SHEET);
    assertThat(cache.find(one, 0, "a")).contains(SHEET);
    cache.keep(one, 0, "c", SHEET);
    assertThat(cache.find(other, 0, "b")).isEmpty();
    assertThat(cache.find(one, 0, "a")).isPresent();
    assertThat(cache.find(one, 0, "c")).isPresent();
    cache.keep(one, 0, "d", Bytes.copyOf(new byte[1001]));
    assertThat(cache.find(one, 0, "d")).isEmpty();
    long bytes = 0;
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    assertThat(bytes).isEqualTo(800);
  }

  @Test
  void whatBeginsBeforeATimeIsForgotten() {
    SheetCache cache = cache();
    cache.keep(one, -5, "a", SHEET);
    cache.keep(one, 10, "b", SHEET);
    cache.forget(one, 10);
    assertThat(cache.find(one, -5, "a")).isEmpty();
    assertThat(cache.find(one, 10, "b")).isPresent();
    cache.forget(one, Long.MAX_VALUE);
    assertThat(folder).isEmptyDirectory();
  }
}
