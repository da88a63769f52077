// SPDX-License-Identifier: Apache-2.0
/** The decoder port, its pool of worker processes, and the pipe protocol between them. */
@NullMarked
package dev.weir.decode;

import org.jspecify.annotations.NullMarked;
