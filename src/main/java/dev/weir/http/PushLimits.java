// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

/**
 * What a push connection may do. Immutable.
 *
 * @param idleMillis without a byte, after which what is whole is kept and the push ended
 * @param ackBytes acknowledgements that may wait for a producer which does not read them
 * @param drainMillis how long a refused client may go on sending
 * @param drainBytes and how much
 */
record PushLimits(long idleMillis, int ackBytes, long drainMillis, long drainBytes) {

  static final PushLimits DEFAULT = new PushLimits(30_000, 64 << 10, 2000, 1 << 20);
}
