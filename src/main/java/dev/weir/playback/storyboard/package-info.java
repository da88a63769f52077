// SPDX-License-Identifier: Apache-2.0
/** Small pictures of a range on sheets, for a bar that is scrubbed. */
@NullMarked
package dev.weir.playback.storyboard;

import org.jspecify.annotations.NullMarked;
