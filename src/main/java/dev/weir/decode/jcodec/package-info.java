// SPDX-License-Identifier: Apache-2.0
/** The worker that decodes H.264 in Java, and the gate that says which H.264. */
@NullMarked
package dev.weir.decode.jcodec;

import org.jspecify.annotations.NullMarked;
