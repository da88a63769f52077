// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the archive knows of a stream right now. Immutable.
 *
 * @param version rises with every change to the stream
 * @param fragments stored fragments
 * @param bytes length of its chunk files
 * @param firstProducerNs producer time of the earliest stored media, UTC nanoseconds; meaningless
 *     when fragments is 0
 * @param lastProducerNs producer time at which the latest stored media ends
 * @param openSessions push sessions now open, or with fragments on their way to the disk
 * @param lastPersistedServerNs server time at which a fragment was last persisted; 0 when never in
 *     this process
 * @param nextLiveOrdinal the EXT-X-MEDIA-SEQUENCE that the next live fragment will have
 * @param lastRun header of the newest run
 * @param bitsPerSecond of the newest run's last fragments; empty when there is none
 * @param driftNs by how much the server's clock has gone on further than the producer's while the
 *     newest run came; empty when it has but one fragment
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
    Optional<RunHeader> lastRun,
    OptionalLong bitsPerSecond,
    OptionalLong driftNs) {}
