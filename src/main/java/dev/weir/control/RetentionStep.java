// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.archive.StoredFile;
import dev.weir.model.TimeRange;

/**
 * One thing that retention will do to a file. Immutable.
 *
 * @param dueNs when, by the server's clock, UTC nanoseconds
 */
public record RetentionStep(
    Stream stream, StoredFile file, Action action, Reason reason, long dueNs) {

  /** The range of producer time that the file's media is in. */
  public TimeRange range() {
    return new TimeRange(file.producerFromNs(), file.producerToNs());
  }

  /** Whether it may be done to a stream as it is now: it is the same one, and no hold meets it. */
  boolean isFree(Stream now) {
    return now.id().equals(stream.id())
        && now.hold(file.producerFromNs(), file.producerToNs()).isEmpty();
  }

  /** What the file has. */
  public long bytes() {
    return file.bytes();
  }

  /** The file by its stream's id and its number. */
  public String fileName() {
    return file.file().toString();
  }

  /** What is done. */
  public enum Action {
    DELETE,
    THIN
  }

  /** Why. */
  public enum Reason {
    /** It is older than the stream keeps it. */
    AGE,
    /** The stream has more than it may. */
    BYTES,
    /** The disks run out of room. */
    FREE_SPACE
  }
}
