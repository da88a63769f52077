// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.Bytes;
import java.time.Instant;

/**
 * A picture of a stream, as a {@link FrameListener} is given it. Immutable.
 *
 * @param stream its name
 * @param sequence dense, by listener and stream, from 1; the same when it is given again
 * @param time producer time since when it is shown, rounded up to the millisecond
 * @param fragment number of the fragment that it is of
 * @param image a JPEG
 */
public record SeenFrame(String stream, long sequence, Instant time, String fragment, Bytes image) {}
