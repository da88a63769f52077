// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

import dev.weir.playback.session.SessionQuery;

/**
 * A playback session by DASH. Immutable.
 *
 * @param origin where its numbers and times begin
 * @param numbered whether each fragment's number is told
 */
public record DashSession(SessionQuery query, DashOrigin origin, boolean numbered) {}
