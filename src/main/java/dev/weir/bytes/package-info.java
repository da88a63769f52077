// SPDX-License-Identifier: Apache-2.0
/**
 * Bounds-checked reading and writing of bytes, and sources of bytes whose length is known before
 * the first is read.
 */
@NullMarked
package dev.weir.bytes;

import org.jspecify.annotations.NullMarked;
