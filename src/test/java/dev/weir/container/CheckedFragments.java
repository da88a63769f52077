// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Part;
import dev.weir.model.Sample;
import dev.weir.model.Track;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Demands of a {@link Fragmenter} what its sink is promised, whatever it is fed: the order of
 * calls, no empty part or fragment, decode times that rise without a hole inside a track's
 * timeline. Writes down what it heard. Confined to one thread.
 */
final class CheckedFragments implements FragmentSink {

  private final StringBuilder heard = new StringBuilder();
  private final Map<Integer, Long> nextDecodeTime = new HashMap<>();
  private List<Track> tracks = List.of();
  private boolean fragmentOpen;
  private int partsInFragment;

  /** A line for each call, so that two feedings can be compared. */
  String heard() {
    return heard.toString();
  }

  @Override
  public void header(List<Track> declared) {
    assertThat(declared).isNotEmpty();
  }

  @Override
  public void timeline(List<Track> begun, long firstPresentationNs) {
    assertThat(fragmentOpen).as("a timeline begins between fragments").isFalse();
    assertThat(begun).isNotEmpty();
    for (int i = 0; i < begun.size(); i++) {
      assertThat(begun.get(i).index()).isEqualTo(i);
    }
    tracks = begun;
    nextDecodeTime.clear();
    heard.append("timeline ").append(firstPresentationNs).append('\n');
  }

  @Override
  public void fragmentBegins(long firstPresentationNs) {
    assertThat(fragmentOpen).isFalse();
    assertThat(tracks).as("a timeline comes first").isNotEmpty();
    fragmentOpen = true;
    partsInFragment = 0;
    heard.append("fragment ").append(firstPresentationNs).append('\n');
  }

  @Override
  public void part(Part part) {
    assertThat(fragmentOpen).isTrue();
    assertThat(part.samples()).isNotEmpty().hasSameSizeAs(part.payloads());
    assertThat(part.trackIndex()).isBetween(0, tracks.size() - 1);
    for (Sample sample : part.samples()) {
      assertThat(sample.duration()).isPositive();
      assertThat(sample.decodeTime())
          .isEqualTo(nextDecodeTime.getOrDefault(part.trackIndex(), sample.decodeTime()));
      nextDecodeTime.put(part.trackIndex(), sample.decodeTime() + sample.duration());
    }
    partsInFragment++;
    heard.append(part.trackIndex()).append(' ').append(part.samples()).append('\n');
  }

  @Override
  public void fragmentEnds() {
    assertThat(fragmentOpen).isTrue();
    assertThat(partsInFragment).isPositive();
    fragmentOpen = false;
  }

  @Override
  public void dropped(String why) {
    heard.append("dropped ").append(why).append('\n');
  }
}
