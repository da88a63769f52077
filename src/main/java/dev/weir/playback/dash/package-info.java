// SPDX-License-Identifier: Apache-2.0
/** Media presentation descriptions (ISO/IEC 23009-1) of the segments that HLS has as well. */
@NullMarked
package dev.weir.playback.dash;

import org.jspecify.annotations.NullMarked;
