// SPDX-License-Identifier: Apache-2.0
/** What several tests share: programs run as peers, frame-by-frame comparison, a running server. */
@NullMarked
package dev.weir.testing;

import org.jspecify.annotations.NullMarked;
