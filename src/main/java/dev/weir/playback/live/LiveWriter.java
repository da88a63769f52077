// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import dev.weir.bytes.ByteSource;
import dev.weir.model.FragmentEntry;
import dev.weir.model.RunHeader;
import java.util.ArrayList;
import java.util.List;

/** Puts one fragment after another into a container. Confined to one thread at a time. */
interface LiveWriter {

  /** What stands before the first fragment. */
  byte[] head();

  /** A fragment of the same tracks. */
  List<ByteSource> fragment(FragmentEntry fragment, RunHeader run);

  static List<ByteSource> withHead(LiveWriter writer, FragmentEntry fragment, RunHeader run) {
    var pieces = new ArrayList<ByteSource>();
    pieces.add(ByteSource.of(writer.head()));
    pieces.addAll(writer.fragment(fragment, run));
    return pieces;
  }
}
