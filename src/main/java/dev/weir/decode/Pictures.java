// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import java.util.List;

/**
 * What came of a request. Immutable.
 *
 * @param pictures at least one, in no particular order; a picture that could not be decoded is
 *     missing
 * @param whole whether all was tried; else the answer was full, and what is missing may be asked
 *     for anew
 */
public record Pictures(List<Picture> pictures, boolean whole) {

  public Pictures {
    pictures = List.copyOf(pictures);
  }
}
