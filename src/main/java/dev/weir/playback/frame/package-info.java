// SPDX-License-Identifier: Apache-2.0
/** The picture shown at an instant. */
@NullMarked
package dev.weir.playback.frame;

import org.jspecify.annotations.NullMarked;
