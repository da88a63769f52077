// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * What the parameter sets (and, where they are silent, the container) say of a video track.
 * Immutable.
 *
 * @param width cropped width of the coded picture, luma samples
 * @param height cropped height of the coded picture, luma samples
 * @param sarNum sample aspect ratio, numerator; 1 when unspecified
 * @param sarDen sample aspect ratio, denominator; 1 when unspecified
 * @param frameRateNum frames a second, numerator; 0 when unknown
 * @param frameRateDen frames a second, denominator; 1 when unknown
 * @param reorderDepth most frames that precede any frame in decoding order and follow it in output
 *     order, 0 to 16
 * @param nalLengthSize bytes of the length before each NAL unit: 1, 2 or 4
 */
public record VideoFormat(
    int width,
    int height,
    int sarNum,
    int sarDen,
    int frameRateNum,
    int frameRateDen,
    int reorderDepth,
    int nalLengthSize) {}
