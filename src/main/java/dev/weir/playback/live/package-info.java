// SPDX-License-Identifier: Apache-2.0
/** A stream as media without an end, pulled piece by piece. */
@NullMarked
package dev.weir.playback.live;

import org.jspecify.annotations.NullMarked;
