// SPDX-License-Identifier: Apache-2.0
/**
 * Matroska and WebM (RFC 8794, RFC 9559): a push demuxer and the element layouts of what is
 * written.
 */
@NullMarked
package dev.weir.container.mkv;

import org.jspecify.annotations.NullMarked;
