// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.WeirException;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker process as the server sees it. Whoever has borrowed it talks to it from one thread;
 * {@link #kill} may come from any, and makes that thread's reads and writes fail.
 */
final class Worker {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  /** A loaded machine may take its time to start a JVM and unpack native libraries. */
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private static final int LOGGED_LINE_CHARS = 500;

  private final DecoderKind kind;
  private final Process process;
  private final ScheduledExecutorService clock;
  private final DataInputStream in;
  private final OutputStream out;
  private volatile boolean late;
  private volatile boolean greeted;

  /** Killed, though the process may take a moment to be gone. */
  private volatile boolean killed;

  private Worker(DecoderKind kind, Process process, ScheduledExecutorService clock) {
    this.kind = kind;
    this.process = process;
    this.clock = clock;
    this.in = new DataInputStream(process.getInputStream());
    this.out = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
  }

  /** The process could not be started, or is gone: its message goes on from "its process". */
  static final class Gone extends Exception {
    private static final long serialVersionUID = 1;

    Gone(String message, IOException cause) {
      super(message, cause);
    }
  }

  /** The process runs but says that its decoder does not work here. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }

  /** Starts the process; talks to it only in {@link #greet}. */
  static Worker start(DecoderKind kind, List<String> command, ScheduledExecutorService clock)
      throws Gone {
    try {
      Process process = new ProcessBuilder(command).start();
      var worker = new Worker(kind, process, clock);
      Thread.ofPlatform().daemon().name("decode-log-" + process.pid()).start(worker::drainErrors);
      return worker;
    } catch (IOException e) {
      throw new Gone("could not be started", e);
    }
  }

  /** Waits until it is ready. */
  void greet() throws Gone, Unusable {
    String failure = exchange(START_LIMIT, () -> Wire.readHello(in));
    if (!failure.isEmpty()) {
      throw new Unusable(failure);
    }
    greeted = true;
  }

  /**
   * Has pictures decoded. After {@link Gone} the process is dead; after any {@link WeirException}
   * it lives and can be asked again. An error after some pictures costs the others alone.
   *
   * @param deadline for each picture
   */
  Pictures decode(DecodeRequest request, Duration deadline) throws Gone {
    var pictures = new ArrayList<Picture>();
    var first =
        exchange(
            deadline,
            () -> {
              Wire.writeRequest(out, request);
              return Wire.readAnswer(in);
            });
    for (Wire.Answer next = first; ; ) {
      switch (next) {
        case Wire.Answer.Shown(Picture picture) -> pictures.add(picture);
        case Wire.Answer.End(boolean whole) -> {
          return new Pictures(pictures, whole);
        }
      }
      try {
        next = exchange(deadline, () -> Wire.readAnswer(in));
      } catch (WeirException e) {
        log.debug("decoder {} ({}): {}", kind, process.pid(), e.getMessage());
        return new Pictures(pictures, true);
      }
    }
  }

  private interface Talk<T> {
    T run() throws IOException;
  }

  private <T> T exchange(Duration limit, Talk<T> talk) throws Gone {
    var alarm =
        clock.schedule(
            () -> {
              late = true;
              kill();
            },
            limit.toNanos(),
            TimeUnit.NANOSECONDS);
    try {
      return talk.run();
    } catch (IOException e) {
      kill();
      throw new Gone(late ? "gave no answer within " + limit.toMillis() + " ms" : "died", e);
    } finally {
      alarm.cancel(false);
    }
  }

  DecoderKind kind() {
    return kind;
  }

  boolean alive() {
    return !killed && process.isAlive();
  }

  /** Whether it was killed because time was up. */
  boolean late() {
    return late;
  }

  long pid() {
    return process.pid();
  }

  /** Kills the process; idempotent. */
  void kill() {
    killed = true;
    process.destroyForcibly();
  }

  /** Waits until the killed process is no more. */
  void awaitEnd(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      log.warn("decoder {} (process {}) does not end", kind, process.pid());
    }
  }

  /** Why a worker does not start matters; what a library says of bad samples rarely does. */
  private void log(CharSequence line) {
    if (greeted) {
      log.debug("decoder {} ({}): {}", kind, process.pid(), line);
    } else {
      log.info("decoder {} ({}): {}", kind, process.pid(), line);
    }
  }

  private void drainErrors() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8), 1024)) {
      var line = new StringBuilder();
      for (int c = lines.read(); c >= 0; c = lines.read()) {
        if (c == '\n') {
          log(line);
          line.setLength(0);
        } else if (line.length() < LOGGED_LINE_CHARS) {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // Killed: its pipe is closed under the reader.
      log.debug("decoder {} ({}): {}", kind, process.pid(), e.toString());
    }
  }
}
