// SPDX-License-Identifier: Apache-2.0
/** The program: wiring, configuration, life cycle, command line. */
@NullMarked
package dev.weir.server;

import org.jspecify.annotations.NullMarked;
