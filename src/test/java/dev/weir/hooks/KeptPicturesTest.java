// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.Bytes;
import dev.weir.model.Overloaded;
import dev.weir.playback.frame.Frame;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class KeptPicturesTest {

  private static Frame frame(int index, int bytes) {
    return new Frame(Bytes.copyOf(new byte[bytes]), "image/jpeg", 2, 1, index, false);
  }

  /** Fails once over one picture, and goes on with the next, as a series does. */
  private static Supplier<Optional<Frame>> series(
      int count, int bytes, int failing, AtomicInteger failures) {
    var next = new AtomicInteger();
    return () -> {
      int index = next.getAndIncrement();
      if (index == failing && failures.getAndDecrement() > 0) {
        throw new Overloaded("all decoders busy", "decoder", "a free one", "none");
      }
      return index < count ? Optional.of(frame(index, bytes)) : Optional.empty();
    };
  }

  @Test
  void aPictureThatFailedIsTheOneThatIsGivenWhenItIsAskedForAgain() {
    var failures = new AtomicInteger(2);
    var pictures = new KeptPictures(() -> series(5, 10, 3, failures));
    for (int i = 0; i < 3; i++) {
      assertThat(pictures.get(i)).map(Frame::producerTimeNs).contains((long) i);
    }
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> pictures.get(3)).isInstanceOf(Overloaded.class);
    }
    assertThat(pictures.get(3)).map(Frame::producerTimeNs).contains(3L);
    assertThat(pictures.get(4)).map(Frame::producerTimeNs).contains(4L);
    assertThat(pictures.get(5)).isEmpty();
  }

  @Test
  void whatIsNotKeptAnyMoreIsMadeAnew() {
    var pictures = new KeptPictures(() -> series(10, 400_000, -1, new AtomicInteger()));
    assertThat(pictures.get(9)).map(Frame::producerTimeNs).contains(9L);
    assertThat(pictures.get(0)).map(Frame::producerTimeNs).contains(0L);
    assertThat(pictures.get(10)).isEmpty();
  }
}
