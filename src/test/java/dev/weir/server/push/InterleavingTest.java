// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.container.codec.CodecParser;
import dev.weir.model.Bytes;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InterleavingTest {

  private static final long SECOND = 1_000_000_000L;
  private static final List<Track> TRACKS = List.of(track(0), track(1));

  private final List<String> passed = new ArrayList<>();
  private final Interleaving interleaving =
      new Interleaving(
          new SampleTimes.Receiver() {
            @Override
            public void tracks(List<Track> tracks) {
              passed.add("tracks");
            }

            @Override
            public void sample(TimedSample sample) {
              passed.add(sample.track().index() + "@" + sample.decodeNs() / SECOND);
            }

            @Override
            public void damaged(String what) {
              passed.add(what);
            }
          });

  private static Track track(int index) {
    return new Track(index, 1000, "und", CodecParser.aac(Bytes.fromHex("1190")));
  }

  private void samples(int track, int bytes, long... seconds) {
    for (long each : seconds) {
      interleaving.sample(
          new TimedSample(
              TRACKS.get(track), 0, each * SECOND, 0, true, 0, ByteBuffer.allocate(bytes)));
    }
  }

  @Test
  void tracksThatComeOneAfterTheOtherArePassedByDecodeTime() {
    interleaving.tracks(TRACKS);
    samples(0, 1, 0, 2, 4);
    assertThat(passed).containsExactly("tracks");
    samples(1, 1, 1, 3, 5);
    assertThat(passed).containsExactly("tracks", "0@0", "1@1", "0@2", "1@3", "0@4");
    interleaving.flush();
    assertThat(passed).last().isEqualTo("1@5");
  }

  @Test
  void aTrackWithoutSamplesHoldsTheOthersForAWhileOnly() {
    interleaving.tracks(TRACKS);
    samples(0, 1, 0, 5, 10, 15, 20);
    assertThat(passed).containsExactly("tracks", "0@0", "0@5");
  }

  @Test
  void muchIsNotHeldAtAll() {
    interleaving.tracks(TRACKS);
    samples(0, 40 << 20, 0, 0);
    assertThat(passed).containsExactly("tracks", "0@0");
  }

  @Test
  void aHeaderComesBehindWhatWasHeld() {
    interleaving.tracks(TRACKS);
    samples(0, 1, 0, 1);
    interleaving.tracks(TRACKS);
    assertThat(passed).containsExactly("tracks", "0@0", "0@1", "tracks");
  }
}
