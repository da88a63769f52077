// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every media sample, demuxed by every feeding schedule, against a dump that a person has reviewed.
 * {@code -Dgolden.update=true} rewrites the dumps.
 */
final class GoldenDumpTest {

  private static final Path SAMPLES = Path.of("media-samples");
  private static final Path GOLDEN = Path.of("src/test/resources/golden/demux");

  static List<Path> samples() throws IOException {
    try (var files = Files.list(SAMPLES)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(mkv|mka|webm|mp4)"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void dumpIsAsReviewed(Path sample) throws IOException {
    String dump =
        FeedSchedules.dump(
            Files.readAllBytes(sample), sink -> Demuxers.sniffing(sink, DemuxLimits.DEFAULT));
    Path golden = GOLDEN.resolve(sample.getFileName() + ".txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, dump);
    }
    assertThat(dump).isEqualTo(Files.readString(golden));
  }
}
