// SPDX-License-Identifier: Apache-2.0
/** A stretch of a stream as one file: computed headers and slices of what is stored. */
@NullMarked
package dev.weir.playback.clip;

import org.jspecify.annotations.NullMarked;
