// SPDX-License-Identifier: Apache-2.0
/**
 * Subscriptions with checkpoints: frames, fragments and gaps of streams are sent to receivers, at
 * least once and in order. The archive is the queue: what waits for a receiver lies nowhere else.
 */
@NullMarked
package dev.weir.hooks;

import org.jspecify.annotations.NullMarked;
