// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

/** What a worker process runs. Confined to one thread of the worker. */
@FunctionalInterface
public interface PictureDecoder {

  /**
   * Decodes the pictures that are asked for, each as soon as it is there. One that can't be had is
   * left out.
   *
   * @throws dev.weir.model.WeirException when that can't be done; whatever else is thrown counts as
   *     malformed media, since the samples are all that differs between two requests
   */
  void decode(DecodeRequest request, Sink sink);

  /** Takes pictures. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes one.
     *
     * @return whether more are wanted; when not, the decoder stops
     */
    boolean take(Picture picture);
  }
}
