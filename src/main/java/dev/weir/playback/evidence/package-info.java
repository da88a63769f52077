// SPDX-License-Identifier: Apache-2.0
/** Clips that carry a signed statement of what they are, and the check of it by anybody. */
@NullMarked
package dev.weir.playback.evidence;

import org.jspecify.annotations.NullMarked;
