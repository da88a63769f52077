// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import java.util.List;
import java.util.Map;

/**
 * Fragments of a stream as one snapshot, with a lease: their files are not unlinked before {@link
 * #close}. The values are immutable; closing is idempotent and thread-safe.
 */
public final class Timeline implements AutoCloseable {

  private final StreamId stream;
  private final long version;
  private final List<FragmentEntry> fragments;
  private final Map<RunId, RunHeader> runs;
  private final List<Gap> gaps;
  private final AutoCloseable lease;

  public Timeline(
      StreamId stream,
      long version,
      List<FragmentEntry> fragments,
      Map<RunId, RunHeader> runs,
      List<Gap> gaps,
      AutoCloseable lease) {
    this.stream = stream;
    this.version = version;
    this.fragments = List.copyOf(fragments);
    this.runs = Map.copyOf(runs);
    this.gaps = List.copyOf(gaps);
    this.lease = lease;
  }

  public StreamId stream() {
    return stream;
  }

  /** The stream's version at the moment of the snapshot; rises with every change to the stream. */
  public long version() {
    return version;
  }

  /** In the order the finder states: by time, or by live ordinal. */
  public List<FragmentEntry> fragments() {
    return fragments;
  }

  /** The run of one of its fragments. */
  public RunHeader run(FragmentEntry fragment) {
    RunHeader run = runs.get(fragment.run());
    if (run == null) {
      throw new IllegalStateException("fragment " + fragment.number() + " without its run");
    }
    return run;
  }

  /** Declared gaps within the range, by start. */
  public List<Gap> gaps() {
    return gaps;
  }

  @Override
  public void close() {
    try {
      lease.close();
    } catch (Exception e) {
      throw new IllegalStateException("lease", e);
    }
  }
}
