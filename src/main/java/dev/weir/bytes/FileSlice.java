// SPDX-License-Identifier: Apache-2.0
package dev.weir.bytes;

import java.nio.channels.FileChannel;

/**
 * Bytes that lie in a file one after another, as they are to be sent. Whoever receives it closes
 * the channel. Immutable.
 *
 * @param offset of the first in the file
 * @param length how many, at least one
 */
public record FileSlice(FileChannel channel, long offset, long length) {}
