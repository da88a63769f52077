// SPDX-License-Identifier: Apache-2.0
/** Playlists of live and past media (RFC 8216bis), and the fMP4 segments they name. */
@NullMarked
package dev.weir.playback.hls;

import org.jspecify.annotations.NullMarked;
