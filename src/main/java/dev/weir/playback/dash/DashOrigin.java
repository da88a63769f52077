// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

import dev.weir.model.RunId;

/**
 * What was true of a session when it was opened, from which its segments are numbered and timed
 * ever after. Immutable.
 *
 * @param run whose tracks the session has
 * @param availableFromNs MPD@availabilityStartTime, UTC nanoseconds: time zero of the session, as
 *     if its newest fragment had ended just when it was opened
 */
public record DashOrigin(RunId run, long availableFromNs, Numbering numbering) {}
