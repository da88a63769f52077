// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;

/**
 * Feeds a demuxer whole, byte by byte and in random cuts, and demands the same result each time.
 */
public final class FeedSchedules {

  private FeedSchedules() {}

  /** The dump, which is the same by every schedule. */
  public static String dump(byte[] body, Function<DemuxSink, Demuxer> demuxer) {
    String whole = feed(body, demuxer, Integer.MAX_VALUE, new Random(0));
    assertThat(feed(body, demuxer, 1, new Random(0))).as("byte by byte").isEqualTo(whole);
    for (long seed = 1; seed <= 8; seed++) {
      int most = seed % 2 == 0 ? 64 : 20_000;
      assertThat(feed(body, demuxer, most, new Random(seed)))
          .as("random cuts, seed %d", seed)
          .isEqualTo(whole);
    }
    return whole;
  }

  private static String feed(
      byte[] body, Function<DemuxSink, Demuxer> create, int most, Random random) {
    var dump = new DemuxDump();
    Demuxer demuxer = create.apply(dump);
    int at = 0;
    while (at < body.length) {
      int count =
          Math.min(body.length - at, most == Integer.MAX_VALUE ? most : 1 + random.nextInt(most));
      // A fresh array each time, wiped afterwards: nothing may keep a view of what was fed.
      var piece = ByteBuffer.wrap(Arrays.copyOfRange(body, at, at + count));
      demuxer.feed(piece);
      assertThat(piece.hasRemaining()).isFalse();
      Arrays.fill(piece.array(), (byte) 0xAA);
      at += count;
    }
    demuxer.end();
    return dump.text();
  }
}
