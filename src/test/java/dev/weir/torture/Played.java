// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

import dev.weir.testing.Frames;
import java.util.ArrayList;
import java.util.List;

/** What a clip has of one track of one push: packets of the source from its first on. Immutable. */
final class Played {

  final boolean video;
  final long startNs;
  final int packets;
  final long bytes;

  private Played(boolean video, long startNs, int packets, long bytes) {
    this.video = video;
    this.startNs = startNs;
    this.packets = packets;
    this.bytes = bytes;
  }

  /**
   * Takes a track of a clip apart: each push begins with the source's first packet. A packet that
   * neither begins one nor goes on with it is one of its own, of no bytes.
   *
   * @param clip all pushes, one after another
   */
  static List<Played> of(Frames clip, Frames source, boolean video) {
    var all = new ArrayList<Played>();
    List<Frames.Frame> frames = clip.frames();
    int at = 0;
    while (at < frames.size()) {
      int count = 0;
      long bytes = 0;
      while (at + count < frames.size()
          && count < source.frames().size()
          && frames.get(at + count).hash().equals(source.frames().get(count).hash())) {
        bytes += source.frames().get(count).size();
        count++;
      }
      all.add(new Played(video, frames.get(at).ptsNs(), count, bytes));
      at += Math.max(1, count);
    }
    return all;
  }
}
