// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A part read back, its checksum verified. The payload is read-only and holds the samples' bytes
 * one after another.
 */
public record StoredPart(int trackIndex, List<Sample> samples, ByteBuffer payload) {}
