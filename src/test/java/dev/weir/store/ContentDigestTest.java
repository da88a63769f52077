// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Bytes;
import dev.weir.model.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ContentDigestTest {

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(1000, 80, 40, 2, true),
          new Sample(1040, 120, 40, 3, false),
          new Sample(1080, 0, 33, 1, false));

  private static final byte[] PAYLOAD = {1, 2, 3, 4, 5, 6};

  private static Bytes whole(List<Sample> samples, byte[] payload) {
    var digest = new ContentDigest();
    digest.part(0, samples, List.of(ByteBuffer.wrap(payload)));
    return digest.value();
  }

  @Test
  void whatIsDerivedDoesNotCount() {
    // The same presentation times, an hour later, decoded at others.
    List<Sample> again =
        List.of(
            new Sample(3_601_060, 20, 1, 2, true),
            new Sample(3_601_061, 99, 7, 3, false),
            new Sample(3_601_068, 12, 40, 1, false));
    assertThat(whole(again, PAYLOAD)).isEqualTo(whole(SAMPLES, PAYLOAD));
  }

  @Test
  void howSamplesLieInPartsDoesNotCount() {
    var digest = new ContentDigest();
    digest.part(1, SAMPLES, List.of(ByteBuffer.wrap(PAYLOAD)));
    digest.part(0, SAMPLES.subList(0, 1), List.of(ByteBuffer.wrap(PAYLOAD, 0, 2)));
    digest.part(
        0,
        SAMPLES.subList(1, 3),
        List.of(ByteBuffer.wrap(PAYLOAD, 2, 1), ByteBuffer.wrap(PAYLOAD, 3, 3)));
    var other = new ContentDigest();
    other.part(0, SAMPLES, List.of(ByteBuffer.wrap(PAYLOAD)));
    other.part(1, SAMPLES, List.of(ByteBuffer.wrap(PAYLOAD)));
    assertThat(digest.value()).isEqualTo(other.value());
  }

  @Test
  void eachByteEachTimeEachLengthAndEachTrackCounts() {
    Bytes original = whole(SAMPLES, PAYLOAD);
    for (int i = 0; i < PAYLOAD.length; i++) {
      byte[] changed = PAYLOAD.clone();
      changed[i] ^= 1;
      assertThat(whole(SAMPLES, changed)).isNotEqualTo(original);
    }
    var later = new ArrayList<>(SAMPLES);
    later.set(1, new Sample(1040, 121, 40, 3, false));
    assertThat(whole(later, PAYLOAD)).isNotEqualTo(original);
    var longer = new ArrayList<>(SAMPLES);
    longer.set(0, new Sample(1000, 80, 40, 3, true));
    longer.set(1, new Sample(1040, 120, 40, 2, false));
    assertThat(whole(longer, PAYLOAD)).isNotEqualTo(original);
    assertThat(whole(SAMPLES.subList(0, 2), PAYLOAD)).isNotEqualTo(original);
    var otherTrack = new ContentDigest();
    otherTrack.part(1, SAMPLES, List.of(ByteBuffer.wrap(PAYLOAD)));
    assertThat(otherTrack.value()).isNotEqualTo(original);
  }

  @Test
  void afterAResetItIsOfWhatComesThen() {
    var digest = new ContentDigest();
    digest.part(0, SAMPLES, List.of(ByteBuffer.wrap(PAYLOAD)));
    digest.reset();
    digest.part(0, SAMPLES, List.of(ByteBuffer.wrap(PAYLOAD)));
    assertThat(digest.value()).isEqualTo(whole(SAMPLES, PAYLOAD));
  }
}
