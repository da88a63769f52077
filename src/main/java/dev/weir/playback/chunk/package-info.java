// SPDX-License-Identifier: Apache-2.0
/**
 * Fragments as Matroska documents of their own, each as its producer wrote it where that is kept.
 */
@NullMarked
package dev.weir.playback.chunk;

import org.jspecify.annotations.NullMarked;
