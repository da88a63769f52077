// SPDX-License-Identifier: Apache-2.0
/**
 * The H2 index of sealed chunk files by stream and time; the only user of java.sql. Can be deleted
 * and rebuilt from the files.
 */
@NullMarked
package dev.weir.catalog;

import org.jspecify.annotations.NullMarked;
