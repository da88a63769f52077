// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.container.mkv.MatroskaDemuxer;
import dev.weir.container.mp4.FragmentedMp4Demuxer;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Function;

/**
 * Any bytes at all, through demuxer and fragmenter: either what the interfaces promise, or an error
 * of the family, and the same however the bytes are cut. {@code scripts/fuzz} looks for inputs that
 * break it; what it found lies beside the resources and is replayed by every test run.
 */
final class DemuxerFuzzTest {

  /** Small enough that a fuzzer can pass each. */
  private static final DemuxLimits LIMITS = new DemuxLimits(64 << 10, 256 << 10, 4, 8);

  @FuzzTest(maxDuration = "1m")
  void matroska(byte[] body) {
    same(body, sink -> new MatroskaDemuxer(sink, LIMITS));
  }

  @FuzzTest(maxDuration = "1m")
  void fragmentedMp4(byte[] body) {
    same(body, sink -> new FragmentedMp4Demuxer(sink, LIMITS));
  }

  private static void same(byte[] body, Function<DemuxSink, Demuxer> create) {
    String whole = feed(body, create, Integer.MAX_VALUE);
    assertThat(feed(body, create, 7)).isEqualTo(whole);
  }

  /** What came of it, the error at the end included. */
  private static String feed(byte[] body, Function<DemuxSink, Demuxer> create, int most) {
    var fragments = new CheckedFragments();
    var fragmenter = new Fragmenter(FragmentPolicy.BY_SYNC, fragments);
    Demuxer demuxer = create.apply(fragmenter);
    var random = new Random(body.length);
    String failure = "";
    try {
      for (int at = 0; at < body.length; ) {
        int count =
            Math.min(body.length - at, most == Integer.MAX_VALUE ? most : 1 + random.nextInt(most));
        demuxer.feed(ByteBuffer.wrap(body, at, count));
        at += count;
      }
      demuxer.end();
    } catch (MalformedMedia | UnsupportedMedia | LimitExceeded e) {
      failure = e.getMessage();
    }
    fragmenter.end();
    return fragments.heard() + failure;
  }
}
