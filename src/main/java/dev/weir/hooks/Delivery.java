// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.Bytes;

/**
 * One thing that a receiver is told. Immutable.
 *
 * @param event what happened
 * @param sequence dense, by hook and stream, from 1
 * @param timeNs producer time of it, UTC nanoseconds
 * @param of number of the fragment or of the record that it is of; empty when it is of none
 * @param contentType of the body
 * @param body what is sent
 */
record Delivery(
    HookEvent event, long sequence, long timeNs, String of, String contentType, Bytes body) {}
