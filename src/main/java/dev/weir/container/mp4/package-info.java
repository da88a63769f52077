// SPDX-License-Identifier: Apache-2.0
/** Fragmented MP4 in, fragmented and progressive MP4 out (ISO/IEC 14496-12, -14, -15; CMAF). */
@NullMarked
package dev.weir.container.mp4;

import org.jspecify.annotations.NullMarked;
