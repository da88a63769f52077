// SPDX-License-Identifier: Apache-2.0
/** Keeps store and catalog in step: persist, find, notify, recover, check, retain. */
@NullMarked
package dev.weir.archive;

import org.jspecify.annotations.NullMarked;
