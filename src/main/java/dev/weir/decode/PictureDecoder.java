// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

/** What a worker process runs. Confined to one thread of the worker. */
@FunctionalInterface
public interface PictureDecoder {

  /**
   * Decodes the picture that is asked for.
   *
   * @throws dev.weir.model.WeirException when that can't be done; whatever else is thrown counts as
   *     malformed media, since the samples are all that differs between two requests
   */
  Picture decode(DecodeRequest request);
}
