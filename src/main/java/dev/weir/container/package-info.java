// SPDX-License-Identifier: Apache-2.0
/**
 * From a pushed byte stream to tracks, samples, parts and fragments. Containers live here and at
 * the way out; nothing else knows them.
 */
@NullMarked
package dev.weir.container;

import org.jspecify.annotations.NullMarked;
