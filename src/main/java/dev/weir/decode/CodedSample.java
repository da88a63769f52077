// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import java.nio.ByteBuffer;

/**
 * One coded frame with its bytes as they are stored. Immutable as long as nobody writes the buffer,
 * which is read through duplicates.
 *
 * @param presentationTime ticks of its track
 * @param sync decoding can begin here
 * @param data what remains of the buffer
 */
public record CodedSample(long presentationTime, boolean sync, ByteBuffer data) {}
