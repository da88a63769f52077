// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

/**
 * Hears the acks of one session. {@link Ack.Buffering} and {@link Ack.Received} come on the thread
 * that feeds the session, the others on a writer thread; must not block.
 */
@FunctionalInterface
public interface AckListener {
  void ack(Ack ack);
}
