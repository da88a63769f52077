// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.DumpLine;
import dev.weir.container.mkv.MatroskaDump;
import dev.weir.container.mp4.BoxDump;
import dev.weir.container.mp4.MovieFile;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Any bytes at all as a file: plain MP4 gives samples or an error of the family; a dump names every
 * byte once, whatever it is.
 */
final class FileFuzzTest {

  private static final DemuxLimits LIMITS = new DemuxLimits(64 << 10, 256 << 10, 4, 8);
  private static final int MOST_SAMPLES = 10_000;

  @FuzzTest(maxDuration = "1m")
  void plainMovie(byte[] file) {
    try {
      Optional<MovieFile> movie = MovieFile.open(ByteSource.of(file), LIMITS);
      if (movie.isPresent()) {
        var fragmenter = new Fragmenter(FragmentPolicy.BY_SYNC, new CheckedFragments());
        fragmenter.tracks(movie.get().tracks());
        int samples = 0;
        while (samples++ < MOST_SAMPLES && movie.get().advance(fragmenter)) {
          assertThat(movie.get().bytesRead()).isNotNegative();
        }
        fragmenter.end();
      }
    } catch (MalformedMedia | UnsupportedMedia | LimitExceeded e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @FuzzTest(maxDuration = "1m")
  void matroskaDump(byte[] file) {
    everyByteOnce(file, MatroskaDump::write);
  }

  @FuzzTest(maxDuration = "1m")
  void boxDump(byte[] file) {
    everyByteOnce(file, BoxDump::write);
  }

  /** Lines come in the order of their offsets, all within the file, and at most one a byte. */
  private static void everyByteOnce(byte[] file, BiConsumer<ByteSource, Consumer<DumpLine>> dump) {
    var latest = new long[1];
    var lines = new int[1];
    dump.accept(
        ByteSource.of(file),
        line -> {
          assertThat(line.offset().orElseThrow()).isGreaterThanOrEqualTo(latest[0]);
          assertThat(line.offset().getAsLong()).isLessThan(file.length);
          latest[0] = line.offset().getAsLong();
          lines[0]++;
        });
    assertThat(lines[0]).isLessThanOrEqualTo(file.length);
  }
}
