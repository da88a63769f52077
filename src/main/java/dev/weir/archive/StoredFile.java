// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.ChunkFileId;

/**
 * A sealed chunk file, as retention sees it. Immutable.
 *
 * @param bytes its length
 * @param producerFromNs producer time of its earliest media, UTC nanoseconds
 * @param producerToNs producer time at which its latest ends
 * @param serverToNs server time at which its latest ends
 */
public record StoredFile(
    ChunkFileId file, long bytes, long producerFromNs, long producerToNs, long serverToNs) {}
