// SPDX-License-Identifier: Apache-2.0
/** Timed records beside the video: what was seen, measured or noted at a moment of a stream. */
@NullMarked
package dev.weir.records;

import org.jspecify.annotations.NullMarked;
