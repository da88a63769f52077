// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One push on a connection of its own: the body goes out in chunks while the acknowledgements come
 * in, which a client that first sends and then reads would not see. Writing is confined to one
 * thread; lines are given out on another.
 */
final class PushConnection implements AutoCloseable {

  private static final int CONNECT_MILLIS = 10_000;

  private static final int BUFFER_BYTES = 72 << 10;

  /** A server that is alive says so every five seconds. */
  private static final int SILENCE_MILLIS = 60_000;

  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

  /**
   * How the server answered.
   *
   * @param refusal the body of an answer other than 200; else empty
   */
  record Answer(int status, String refusal) {}

  private final Socket socket;
  private final OutputStream out;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private long bytesSent;

  private PushConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
  }

  /**
   * Connects and sends the head of the request.
   *
   * @param address where to push to
   * @param lines takes each line of acknowledgements
   */
  static PushConnection open(URI address, Consumer<String> lines) throws IOException {
    Socket socket = connect(address);
    try {
      var connection = new PushConnection(socket);
      connection.sendHead(address);
      Thread.ofVirtual().name("weir-acks").start(() -> connection.readAnswer(lines));
      return connection;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Socket connect(URI address) throws IOException {
    boolean tls = "https".equals(address.getScheme());
    int port = address.getPort() >= 0 ? address.getPort() : tls ? 443 : 80;
    var plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.setSoTimeout(SILENCE_MILLIS);
      plain.connect(new InetSocketAddress(address.getHost(), port), CONNECT_MILLIS);
      return tls ? secured(plain, address.getHost(), port) : plain;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static Socket secured(Socket plain, String host, int port) throws IOException {
    var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    var socket = (SSLSocket) factory.createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private void sendHead(URI address) throws IOException {
    String target =
        address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
    String head =
        "POST "
            + target
            + " HTTP/1.1\r\nHost: "
            + address.getRawAuthority()
            + "\r\nUser-Agent: weir\r\nAccept: application/x-ndjson\r\nConnection: close\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private void readAnswer(Consumer<String> lines) {
    try {
      HttpAnswer head = HttpAnswer.read(new BufferedInputStream(socket.getInputStream()));
      if (head.status() == 200) {
        eachLine(head.body(), lines);
        answer.complete(new Answer(200, ""));
      } else {
        byte[] body = head.body().readNBytes(1 << 16);
        answer.complete(new Answer(head.status(), new String(body, StandardCharsets.UTF_8)));
      }
    } catch (SocketTimeoutException e) {
      answer.completeExceptionally(
          new IOException("no word from the server for " + SILENCE_MILLIS / 1000 + " s", e));
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private static void eachLine(InputStream body, Consumer<String> lines) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.accept(line);
    }
  }

  /** Whether the server has ended the exchange; what is sent from then on is lost. */
  boolean isAnswered() {
    return answer.isDone();
  }

  /** Sends a piece of the body, which lies in an array. */
  void write(ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    if (count == 0) {
      return;
    }
    out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
    out.write(LINE_END);
    out.flush();
    bytesSent += count;
  }

  /** Ends the body. */
  void end() throws IOException {
    out.write(LAST_CHUNK);
    out.flush();
  }

  long bytesSent() {
    return bytesSent;
  }

  /** Waits for the end of the answer. */
  Answer answer() throws IOException {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
