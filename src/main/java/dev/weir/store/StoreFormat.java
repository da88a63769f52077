// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

/**
 * The numbers of the chunk file format; reference/chunk-file.md says the same, and a test holds the
 * two together. Stateless.
 */
final class StoreFormat {

  /** Of a data folder as a whole. */
  static final int FOLDER_VERSION = 1;

  /** Of chunk files and their records. */
  static final int VERSION = 1;

  /** "WEIRCHNK". */
  static final long FILE_MAGIC = 0x57454952_43484E4BL;

  /** "WREC". */
  static final int RECORD_MAGIC = 0x57524543;

  /** "WEIRSEAL". */
  static final long SEAL_MAGIC = 0x57454952_5345414CL;

  static final int FILE_HEADER_BYTES = 48;
  static final int RECORD_HEADER_BYTES = 28;
  static final int PART_FIELDS_BYTES = 44;
  static final int TRAILER_BYTES = 24;

  /** No record is larger: a part is cut at about 8 MB, a sample at 50 MB. */
  static final int LARGEST_BODY_BYTES = 96 << 20;

  static final int RUN = 1;
  static final int PART = 2;
  static final int FRAGMENT_END = 3;
  static final int ABANDON = 4;
  static final int GAP = 5;
  static final int INDEX = 6;

  static final String OPEN_SUFFIX = ".open";
  static final String SEALED_SUFFIX = ".weir";

  /** A file that is being made from another; never one that counts. */
  static final String COPY_SUFFIX = ".copy";

  private StoreFormat() {}
}
