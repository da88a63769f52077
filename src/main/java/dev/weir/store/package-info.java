// SPDX-License-Identifier: Apache-2.0
/**
 * Append-only chunk files: append, force, read, scan, seal, delete. Knows records, not what they
 * mean.
 */
@NullMarked
package dev.weir.store;

import org.jspecify.annotations.NullMarked;
