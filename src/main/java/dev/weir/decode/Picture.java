// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Bytes;

/**
 * A decoded picture as an image file. Immutable.
 *
 * @param image the file, in the format asked for
 * @param width pixels
 * @param height pixels
 * @param presentationTime of the sample it was decoded from, ticks of its track
 */
public record Picture(Bytes image, int width, int height, long presentationTime) {}
