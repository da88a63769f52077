// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.playback.session.SessionWindow;

/** From where the segments of a session are numbered. Immutable. */
public sealed interface Counting permits ListPlace, LiveCount {

  /** The number of the first segment that is shown. */
  long mediaSequence(SessionWindow window);

  /** How many discontinuities lie before the first segment that is shown, or at it. */
  long discontinuitySequence(SessionWindow window, Breaks breaks);
}
