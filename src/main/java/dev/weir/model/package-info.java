// SPDX-License-Identifier: Apache-2.0
/**
 * The domain: values, identifiers and error kinds. No I/O, no library beyond the JDK; every type is
 * immutable unless it says otherwise.
 */
@NullMarked
package dev.weir.model;

import org.jspecify.annotations.NullMarked;
