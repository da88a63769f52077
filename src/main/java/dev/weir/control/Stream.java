// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.model.StreamId;
import dev.weir.model.StreamName;
import java.time.Instant;

/** A named source that is pushed to and played from. Immutable. */
public record Stream(StreamId id, StreamName name, Instant created, StreamSettings settings) {}
