// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

import java.nio.ByteBuffer;

/**
 * A sample to be carried. Immutable, as long as nobody writes its bytes.
 *
 * @param place of its track among those of the program
 * @param dts 90 kHz, of which 33 bits are carried, as of {@code pts}
 * @param sync whether decoding can begin here
 * @param data as stored
 */
public record AccessUnit(int place, long dts, long pts, boolean sync, ByteBuffer data) {}
