// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import java.nio.ByteBuffer;

/** Where the bytes of a push go; waits while the server takes no more. */
interface BodySink {
  /**
   * @param bytes in an array; the caller's again on return
   */
  void write(ByteBuffer bytes);
}
