// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.Bytes;
import java.util.Optional;

/**
 * One thing that a receiver is told. Immutable.
 *
 * @param event what happened
 * @param sequence dense, by hook and stream, from 1
 * @param timeNs producer time of it, UTC nanoseconds
 * @param fragment number of the fragment, when it is of one
 * @param contentType of the body
 * @param body what is sent
 */
record Delivery(
    HookEvent event,
    long sequence,
    long timeNs,
    Optional<String> fragment,
    String contentType,
    Bytes body) {}
