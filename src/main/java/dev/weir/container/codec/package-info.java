// SPDX-License-Identifier: Apache-2.0
/** Codec configurations and bitstreams: what a decoder needs to know, read from parameter sets. */
@NullMarked
package dev.weir.container.codec;

import org.jspecify.annotations.NullMarked;
