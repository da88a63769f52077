// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.jcodec;

import dev.weir.decode.WorkerLoop;

/** The worker process of JCodec. */
public final class JCodecWorker {

  private JCodecWorker() {}

  public static void main(String[] arguments) {
    WorkerLoop.serve(() -> JCodecDecoder::decode);
  }
}
