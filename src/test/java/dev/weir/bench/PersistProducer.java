// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Pushes a file over and over with {@code acks=stream} and hears what is persisted: as fast as it
 * is let, or at a pace. Its two halves run on threads of their own.
 */
final class PersistProducer {

  private final MeasuredServer server;
  private final String stream;
  private final FragmentedBody body;
  private final Heard heard;
  private volatile boolean over;
  private volatile String failure = "";

  /** Hears of each fragment that is persisted, and how long after its last byte was handed over. */
  @FunctionalInterface
  interface Heard {
    void persisted(int bytes, long elapsedNanos);
  }

  PersistProducer(MeasuredServer server, String stream, FragmentedBody body, Heard heard) {
    this.server = server;
    this.stream = stream;
    this.body = body;
    this.heard = heard;
  }

  void stop() {
    over = true;
  }

  /**
   * @throws IllegalStateException when a push was refused, cut off or not persisted
   */
  void checkNothingFailed() {
    if (!failure.isEmpty()) {
      throw new IllegalStateException(stream + ": " + failure);
    }
  }

  private void failed(String why) {
    if (!over) {
      failure = why;
      over = true;
    }
  }

  /** Until it is stopped, as fast as the server reads. */
  void flatOut() {
    while (!over) {
      once();
    }
  }

  /** One push, as fast as the server reads. */
  void once() {
    push((out, sent) -> {
      for (int i = 0; i < body.fragments() && !over; i++) {
        sent.set(i, System.nanoTime());
        body.write(out, body.begin(i), body.size(i));
      }
    });
  }

  /** Until it is stopped, in real time. */
  void paced(Pace pace, long seed) {
    long[] next = {System.nanoTime() + pace.phaseNanos(new Random(seed))};
    while (!over) {
      push((out, sent) -> {
        for (int i = 0; i < body.fragments(); i++) {
          for (int piece = 0; piece < pace.pieces() && !over; piece++) {
            next[0] += pace.pieceNanos();
            LockSupport.parkNanos(next[0] - System.nanoTime());
            sent.set(i, System.nanoTime());
            int at = pace.at(body.size(i), piece);
            body.write(out, body.begin(i) + at, pace.at(body.size(i), piece + 1) - at);
          }
        }
      });
    }
  }

  /** Writes a body; notes of each fragment when its last bytes were handed over. */
  private interface Sending {
    void send(OutputStream out, AtomicLongArray sent) throws IOException;
  }

  private void push(Sending sending) {
    var sent = new AtomicLongArray(body.fragments());
    try (var socket = new Socket()) {
      socket.connect(server.address());
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /v1/streams/"
                  + stream
                  + "/media?acks=stream HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n"
                  + "Content-Length: "
                  + body.length()
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      Thread listener = Thread.ofVirtual().start(() -> listen(socket, sent));
      sending.send(out, sent);
      if (!over) {
        listener.join();
      }
    } catch (IOException e) {
      failed("push: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fragments of one push are persisted in order. */
  private void listen(Socket socket, AtomicLongArray sent) {
    try (var in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      int next = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.contains("\"persisted\",\"fragment\"")) {
          heard.persisted(body.size(next), System.nanoTime() - sent.get(next));
          next++;
        } else if (line.contains("\"error\"")) {
          failed(line);
        }
      }
      if (next < body.fragments()) {
        failed(next + " of " + body.fragments() + " were persisted");
      }
    } catch (IOException e) {
      failed("acks: " + e);
    }
  }
}
