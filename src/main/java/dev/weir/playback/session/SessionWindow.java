// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.session;

import dev.weir.archive.Timeline;
import dev.weir.model.FragmentEntry;
import java.util.List;

/**
 * What a session shows now. Immutable, but for the lease of its timeline, which {@link #close}
 * ends.
 *
 * @param listed fragments of the session in order: of a range all of them, of a live session the
 *     newest
 * @param first index of the first that is shown
 * @param end index after the last that is shown
 * @param ended whether nothing more will be shown
 */
public record SessionWindow(
    Timeline timeline, List<FragmentEntry> listed, int first, int end, boolean ended)
    implements AutoCloseable {

  public SessionWindow {
    listed = List.copyOf(listed);
  }

  public List<FragmentEntry> shown() {
    return listed.subList(first, end);
  }

  /** What was shown before, or will never be. */
  public List<FragmentEntry> before() {
    return listed.subList(0, first);
  }

  @Override
  public void close() {
    timeline.close();
  }
}
