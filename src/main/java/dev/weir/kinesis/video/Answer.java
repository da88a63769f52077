// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.bytes.ByteSource;
import dev.weir.playback.Pieces;

/** What an operation answers. Immutable, but for what its bodies hold open. */
public sealed interface Answer {

  record Json(ObjectNode body) implements Answer {}

  /** Media of known length; whoever sends it closes it. */
  record Media(String contentType, ByteSource body) implements Answer {}

  /** Media without an end; whoever sends it closes it. */
  record Endless(Pieces body) implements Answer {}
}
