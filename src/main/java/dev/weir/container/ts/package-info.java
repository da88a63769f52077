// SPDX-License-Identifier: Apache-2.0
/** MPEG-2 transport streams out (ISO/IEC 13818-1): a program of one video and one audio. */
@NullMarked
package dev.weir.container.ts;

import org.jspecify.annotations.NullMarked;
