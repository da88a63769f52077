// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pushes one file over and over to a stream of its own, paced, each time as media of the next
 * stretch of time, and writes down every fragment that it is told is persisted. A connection that
 * breaks is given up and the next push begins. Runs on a thread of its own; what it wrote down is
 * read when it is over.
 */
final class TortureProducer implements Runnable {

  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

  /** Media time between two pushes: more than any file lasts. */
  static final Duration LENGTH = Duration.ofSeconds(30);

  private static final int PIECE_BYTES = 4096;
  private static final Pattern PERSISTED =
      Pattern.compile("\"event\":\"persisted\",\"fragment\":\"([0-9]+)\"");

  /** One push: when its media begins, and which fragments were persisted, in order. */
  record Push(Instant start, List<String> persisted) {}

  private final String stream;
  private final TortureMedia media;
  private final IntSupplier port;
  private final AtomicLong acks;
  private final List<Push> pushes = new ArrayList<>();
  private volatile boolean over;

  /**
   * @param port where the server is now; 0 while there is none
   * @param acks counts all that are heard
   */
  TortureProducer(String stream, TortureMedia media, IntSupplier port, AtomicLong acks) {
    this.stream = stream;
    this.media = media;
    this.port = port;
    this.acks = acks;
  }

  String stream() {
    return stream;
  }

  TortureMedia media() {
    return media;
  }

  List<Push> pushes() {
    return pushes;
  }

  /** Ends after the push at hand. */
  void stop() {
    over = true;
  }

  @Override
  public void run() {
    while (!over) {
      int at = port.getAsInt();
      if (at == 0) {
        LockSupport.parkNanos(5_000_000);
        continue;
      }
      var push = new Push(FIRST.plus(LENGTH.multipliedBy(pushes.size())), new ArrayList<>());
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), at)) {
        pushes.add(push);
        push(socket, push);
      } catch (IOException e) {
        // The server was killed; what it acknowledged before is written down.
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  private void push(Socket socket, Push push) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(
        ("POST /v1/streams/"
                + stream
                + "/media?acks=stream&timecodes=relative&start="
                + push.start
                + " HTTP/1.1\r\nHost: weir\r\nConnection: close\r\nContent-Length: "
                + media.length()
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    Thread listener = Thread.ofVirtual().start(() -> listen(socket, push));
    try {
      for (int at = 0; at < media.length(); at += PIECE_BYTES) {
        media.write(out, at, Math.min(PIECE_BYTES, media.length() - at));
        LockSupport.parkNanos(2_000_000);
      }
    } finally {
      join(listener);
    }
  }

  private static void join(Thread listener) {
    try {
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void listen(Socket socket, Push push) {
    try {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Matcher persisted = PERSISTED.matcher(line);
        if (persisted.find()) {
          push.persisted.add(persisted.group(1));
          acks.incrementAndGet();
        }
      }
    } catch (IOException e) {
      // As above.
    }
  }
}
