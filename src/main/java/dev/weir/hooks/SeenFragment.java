// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import java.time.Duration;
import java.time.Instant;

/**
 * A fragment of a stream that can be read, as a {@link FragmentListener} is told of it. Immutable.
 *
 * @param stream its name
 * @param sequence dense, by listener and stream, from 1; the same when it is told of again
 * @param number its number
 * @param time producer time of its first picture
 * @param bytes of its samples
 */
public record SeenFragment(
    String stream, long sequence, String number, Instant time, Duration duration, long bytes) {}
