// SPDX-License-Identifier: Apache-2.0
/** Playback sessions: what of a stream they show, whatever they show it as. */
@NullMarked
package dev.weir.playback.session;

import org.jspecify.annotations.NullMarked;
