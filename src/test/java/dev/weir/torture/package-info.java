// SPDX-License-Identifier: Apache-2.0
/**
 * A real server process, killed again and again under real producers, and the audit of what it
 * promised.
 */
@NullMarked
package dev.weir.torture;

import org.jspecify.annotations.NullMarked;
