// SPDX-License-Identifier: Apache-2.0
/** One push session: bytes to parts and fragments, into the archive, and acknowledgements back. */
@NullMarked
package dev.weir.ingest;

import org.jspecify.annotations.NullMarked;
