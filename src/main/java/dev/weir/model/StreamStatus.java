// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.Optional;

/**
 * What the archive knows of a stream right now. Immutable.
 *
 * @param version rises with every change to the stream
 * @param fragments stored fragments
 * @param bytes length of its chunk files
 * @param firstProducerNs producer time of the earliest stored media, UTC nanoseconds; meaningless
 *     when fragments is 0
 * @param lastProducerNs producer time at which the latest stored media ends
 * @param openSessions push sessions now open
 * @param lastPersistedServerNs server time at which a fragment was last persisted; 0 when never in
 *     this process
 * @param nextLiveOrdinal the EXT-X-MEDIA-SEQUENCE that the next live fragment will have
 * @param lastRun header of the newest run
 */
public record StreamStatus(
    long version,
    long fragments,
    long bytes,
    long firstProducerNs,
    long lastProducerNs,
    int openSessions,
    long lastPersistedServerNs,
    long nextLiveOrdinal,
    Optional<RunHeader> lastRun) {}
