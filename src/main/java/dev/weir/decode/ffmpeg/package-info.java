// SPDX-License-Identifier: Apache-2.0
/** The worker that decodes with FFmpeg. */
@NullMarked
package dev.weir.decode.ffmpeg;

import org.jspecify.annotations.NullMarked;
