// SPDX-License-Identifier: Apache-2.0
/**
 * Measurements against a peer in the same run; started by {@code scripts/bench}, never by the test
 * suite.
 */
package dev.weir.bench;
