// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.ChunkFileId;

/**
 * A chunk file, as retention sees it. Immutable.
 *
 * @param bytes its length; of one that is not sealed, of the media in it
 * @param sealed whether it is; one that is not can't go before it is
 * @param producerFromNs producer time of its earliest media, UTC nanoseconds
 * @param producerToNs producer time at which its latest ends
 * @param serverToNs server time at which its latest ends
 */
public record StoredFile(
    ChunkFileId file,
    long bytes,
    boolean sealed,
    long producerFromNs,
    long producerToNs,
    long serverToNs) {}
