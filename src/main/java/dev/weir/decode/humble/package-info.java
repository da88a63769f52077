// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The worker that decodes with Humble Video: a program of its own, never part of weir.jar. This
 * package alone is under the AGPL, as the library is.
 */
@NullMarked
package dev.weir.decode.humble;

import org.jspecify.annotations.NullMarked;
