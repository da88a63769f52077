// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * A fragment's place in the live order of its stream; persisted, so that a restart continues the
 * counters. Immutable.
 *
 * @param liveOrdinal EXT-X-MEDIA-SEQUENCE of its first media segment (RFC 8216bis § 4.4.3.2), dense
 *     over the stream: the next live fragment has {@code liveOrdinal + segmentCount}
 * @param discontinuityOrdinal EXT-X-DISCONTINUITY-SEQUENCE that holds for it (§ 4.4.3.3): how many
 *     discontinuities precede its first media, the one right before it included
 */
public record LivePlace(long liveOrdinal, long discontinuityOrdinal) {}
