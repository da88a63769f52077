// SPDX-License-Identifier: AGPL-3.0-or-later
package dev.weir.decode.humble;

import dev.weir.decode.WorkerLoop;
import io.humble.video.Codec;

/** The worker process of Humble Video. */
public final class HumbleWorker {

  private HumbleWorker() {}

  public static void main(String[] arguments) {
    WorkerLoop.serve(
        () -> {
          // Loads the native library, or fails while that can still be told.
          Codec found = Codec.findDecodingCodec(Codec.ID.CODEC_ID_H264);
          if (found == null) {
            throw new IllegalStateException("Humble Video without H.264");
          }
          found.delete();
          return HumbleDecoder::decode;
        });
  }
}
