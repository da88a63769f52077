// SPDX-License-Identifier: Apache-2.0
/** A time range of a stream to bytes: playlists, segments, clips, endless media, pictures. */
@NullMarked
package dev.weir.playback;

import org.jspecify.annotations.NullMarked;
