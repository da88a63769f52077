// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.Bytes;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sends one request a connection. The name is resolved once, each address is held against the
 * rules, and the connection goes to an address that was: a name that means another address a moment
 * later changes nothing. Redirects are not followed. Thread-safe; blocks, on virtual threads.
 */
final class Outgoing implements AutoCloseable {

  private static final int LONGEST_HEAD = 16 << 10;

  /** How a name becomes addresses. */
  interface Resolver {
    InetAddress[] resolve(String host) throws IOException;
  }

  private final AddressRules rules;
  private final Resolver resolver;
  private final Duration deadline;
  private final ScheduledExecutorService clock;

  Outgoing(AddressRules rules, Resolver resolver, Duration deadline) {
    this.rules = rules;
    this.resolver = resolver;
    this.deadline = deadline;
    var timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("weir-hook-deadline").factory());
    timer.setRemoveOnCancelPolicy(true);
    this.clock = timer;
  }

  /** Nothing was sent: the rules forbid all that the name means. */
  static final class Forbidden extends IOException {
    private static final long serialVersionUID = 1;

    Forbidden(String host) {
      super(host + " is no public address, and none that --hooks-allow names");
    }
  }

  /** The addresses of a host that may be talked to; at least one. */
  List<InetAddress> allowed(String host) throws IOException {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    List<InetAddress> allowed =
        Arrays.stream(resolver.resolve(name)).filter(rules::allows).toList();
    if (allowed.isEmpty()) {
      throw new Forbidden(host);
    }
    return allowed;
  }

  /** Posts a body; the answer's status. */
  int post(URI url, Map<String, String> headers, Bytes body) throws IOException {
    return send("POST", url, headers, body);
  }

  /** Sends a body; the answer's status. */
  int send(String method, URI url, Map<String, String> headers, Bytes body) throws IOException {
    boolean tls = "https".equals(url.getScheme());
    int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
    InetAddress address = allowed(url.getHost()).getFirst();
    try (var socket = new Socket()) {
      var alarm = clock.schedule(() -> close(socket), deadline.toNanos(), TimeUnit.NANOSECONDS);
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, port), Math.toIntExact(deadline.toMillis()));
        return tls
            ? exchange(secured(socket, url.getHost(), port), method, url, headers, body)
            : exchange(socket, method, url, headers, body);
      } finally {
        alarm.cancel(false);
      }
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Whoever uses it sees it closed.
    }
  }

  /** The certificate must be the name's, whatever the address. */
  private static Socket secured(Socket socket, String host, int port) throws IOException {
    var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    var secured = (SSLSocket) factory.createSocket(socket, host, port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private static int exchange(
      Socket socket, String method, URI url, Map<String, String> headers, Bytes body)
      throws IOException {
    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 14);
    out.write(head(method, url, headers, body.size()).getBytes(StandardCharsets.UTF_8));
    out.write(body.toArray());
    out.flush();
    InputStream in = new BufferedInputStream(socket.getInputStream());
    int status = status(line(in));
    // 103 and its like come before the answer.
    while (status < 200) {
      while (!line(in).isEmpty()) {
        // Fields of an interim answer.
      }
      status = status(line(in));
    }
    return status;
  }

  private static String head(String method, URI url, Map<String, String> headers, int length) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    var head = new StringBuilder(method + " " + path + query + " HTTP/1.1\r\n");
    head.append("Host: ").append(url.getRawAuthority()).append("\r\n");
    head.append("User-Agent: Weir\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("Content-Length: ").append(length).append("\r\n\r\n").toString();
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() == LONGEST_HEAD) {
        throw new IOException(c < 0 ? "closed without an answer" : "no HTTP");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static int status(String line) throws IOException {
    if (line.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
      return Integer.parseInt(line.substring(9, 12));
    }
    throw new IOException("no HTTP");
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
