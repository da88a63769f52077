// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

/** The build's watch over buffers sees what it is there to see. */
final class LeakRecorderTest {

  @Test
  void aBufferThatNobodyReleasesIsReportedWithTheLinesThatTouchedIt() {
    lose();
    assertThat(LeakRecorder.lost())
        .singleElement()
        .asString()
        .contains("ByteBuf")
        .contains("LeakRecorderTest.lose");
  }

  @SuppressWarnings("CheckReturnValue")
  private static void lose() {
    ByteBufAllocator.DEFAULT.directBuffer(64).writeLong(1);
  }

  @Test
  void aBufferThatIsReleasedIsNot() {
    ByteBufAllocator.DEFAULT.directBuffer(64).writeLong(1).release();
    assertThat(LeakRecorder.lost()).isEmpty();
  }
}
