// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

/**
 * What one connection may cost, in time and memory (design/connections.md). Immutable.
 *
 * @param idleMillis between two requests, after which the connection is closed
 * @param headMillis from the first byte of a request to the end of its head, and of its body when
 *     that is no push; else 408
 * @param mediaHeaderMillis from the start of a push to the end of its container's header; else 408
 * @param paceMillis in each such span a push brings at least {@code paceBytes}; else what is whole
 *     is kept and the push ended with 408
 * @param paceBytes see {@code paceMillis}
 * @param sendMillis for a client to take the next block of an answer; else the connection is closed
 * @param ackBytes acknowledgements that may wait for a producer which does not read them
 * @param drainMillis how long a refused client may take to read the answer
 * @param drainBytes of what a refused client still sends, how much is read and thrown away
 */
public record ConnectionLimits(
    long idleMillis,
    long headMillis,
    long mediaHeaderMillis,
    long paceMillis,
    long paceBytes,
    long sendMillis,
    int ackBytes,
    long drainMillis,
    long drainBytes) {

  /** The same with another span in which a push brings its floor of bytes. */
  ConnectionLimits withPaceMillis(long millis) {
    return new ConnectionLimits(
        idleMillis,
        headMillis,
        mediaHeaderMillis,
        millis,
        paceBytes,
        sendMillis,
        ackBytes,
        drainMillis,
        drainBytes);
  }

  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(60_000, 15_000, 60_000, 30_000, 512, 60_000, 64 << 10, 2000, 1 << 20);
}
