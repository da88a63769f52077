// SPDX-License-Identifier: Apache-2.0
/**
 * The whole server against real peers: what comes back is compared, frame by frame, with what went
 * in.
 */
@NullMarked
package dev.weir.e2e;

import org.jspecify.annotations.NullMarked;
