// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.Track;
import dev.weir.playback.StoredPayload;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A key frame where it is stored, with a lease on its file until it is closed. Its bytes are read
 * when they are wanted. Confined to one thread at a time.
 */
final class StoredKeyFrame implements ByteSource {

  private final Track track;
  private final VideoRun.Located located;
  private final long timeNs;
  private final Timeline lease;
  private final StoredPayload payload;

  private StoredKeyFrame(
      Archive archive, Track track, VideoRun.Located located, long timeNs, Timeline lease) {
    this.track = track;
    this.located = located;
    this.timeNs = timeNs;
    this.lease = lease;
    this.payload = new StoredPayload(archive, located.fragment(), located.part());
  }

  /** Takes a lease of its own; empty when the file has been made anew or deleted meanwhile. */
  static Optional<StoredKeyFrame> of(Archive archive, StreamId stream, VideoRun run, int index) {
    VideoRun.Located located = run.located(index);
    FragmentEntry fragment = located.fragment();
    Timeline lease = archive.fragment(stream, fragment.number());
    if (!lease.fragments().contains(fragment)) {
      lease.close();
      return Optional.empty();
    }
    return Optional.of(new StoredKeyFrame(archive, run.track(), located, run.timeNs(index), lease));
  }

  Track track() {
    return track;
  }

  /** Producer time from which it is shown. */
  long timeNs() {
    return timeNs;
  }

  FragmentEntry fragment() {
    return located.fragment();
  }

  /** Where in its file its part begins, and where in the part it does. */
  long[] place() {
    return new long[] {located.part().offset(), located.offset()};
  }

  @Override
  public long length() {
    return located.sample().size();
  }

  @Override
  public void read(long position, ByteBuffer destination) {
    long endsAt = position + destination.remaining();
    payload.read(located.offset() + position, destination);
    if (endsAt == length()) {
      // A film has thousands of them: what was read must not stay in memory.
      payload.close();
    }
  }

  @Override
  public void close() {
    payload.close();
    lease.close();
  }
}
