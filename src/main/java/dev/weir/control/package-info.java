// SPDX-License-Identifier: Apache-2.0
/** Streams and their settings, and what retention deletes. */
@NullMarked
package dev.weir.control;

import org.jspecify.annotations.NullMarked;
