// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One line on standard error that tells how far long work is, drawn over and over; nothing when
 * nobody watches. Thread-safe.
 */
public final class ProgressBar {

  private static final int CELLS = 24;
  private static final long REDRAW_NANOS = 200_000_000;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean watched;
  private final LongSupplier nanoTime;
  private boolean drawn;
  private long drawnNanos;

  ProgressBar(PrintWriter err, boolean watched, LongSupplier nanoTime) {
    this.err = err;
    this.watched = watched;
    this.nanoTime = nanoTime;
  }

  /** A bar that is drawn when standard error is a terminal. */
  public static ProgressBar on(PrintWriter err) {
    return new ProgressBar(err, errorIsTerminal(), System::nanoTime);
  }

  private static boolean errorIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      // No /proc: as near as Java comes.
      return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
  }

  /**
   * Draws, at most five times a second.
   *
   * @param total 0 when it is not known
   * @param note what is being done, in a few words
   */
  public synchronized void update(long done, long total, String note) {
    long now = nanoTime.getAsLong();
    if (!watched || (drawn && now - drawnNanos < REDRAW_NANOS)) {
      return;
    }
    drawnNanos = now;
    drawn = true;
    err.print(ERASE_LINE + (total > 0 ? bar(done, total) : "") + note);
    err.flush();
  }

  private static String bar(long done, long total) {
    int percent = (int) Math.clamp(100.0 * done / total, 0, 100);
    int full = percent * CELLS / 100;
    return "[%s%s] %3d %%  ".formatted("#".repeat(full), "-".repeat(CELLS - full), percent);
  }

  /** Takes the line away, before other text. */
  public synchronized void clear() {
    if (drawn) {
      drawn = false;
      err.print(ERASE_LINE);
      err.flush();
    }
  }

  /** Prints a line where the bar stands; the next update draws it below. */
  public synchronized void println(PrintWriter out, String line) {
    clear();
    out.println(line);
    out.flush();
  }
}
