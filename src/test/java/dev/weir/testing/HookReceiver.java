// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import javax.net.ssl.SSLContext;

/**
 * What hooks deliver to: remembers every delivery that it answered with success. Can be stopped and
 * started again on the same port. Thread-safe.
 */
public final class HookReceiver implements AutoCloseable {

  /** The receiver closes the connection without an answer. */
  public static final int HANG_UP = -1;

  private final List<Delivery> taken = new ArrayList<>();
  private volatile ToIntFunction<Delivery> behaviour = delivery -> 204;
  private final Optional<SSLContext> tls;
  private HttpServer server;
  private final int port;

  /** What arrived. Immutable as long as nobody writes its body. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Delivery(Map<String, String> headers, byte[] body) {

    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    public long sequence() {
      return Long.parseLong(header("Weir-Sequence"));
    }
  }

  public HookReceiver() {
    this(Optional.empty());
  }

  /** One that is talked to over https. */
  public HookReceiver(SSLContext tls) {
    this(Optional.of(tls));
  }

  private HookReceiver(Optional<SSLContext> tls) {
    this.tls = tls;
    server = listen(0);
    port = server.getAddress().getPort();
  }

  private HttpServer listen(int wanted) {
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted);
      HttpServer fresh;
      if (tls.isPresent()) {
        HttpsServer secured = HttpsServer.create(address, 1024);
        secured.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
        fresh = secured;
      } else {
        fresh = HttpServer.create(address, 1024);
      }
      fresh.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      fresh.createContext("/", this::handle);
      fresh.start();
      return fresh;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      var delivery = new Delivery(headers, exchange.getRequestBody().readAllBytes());
      int status = behaviour.applyAsInt(delivery);
      if (status == HANG_UP) {
        return;
      }
      if (status / 100 == 2) {
        synchronized (taken) {
          taken.add(delivery);
        }
      }
      exchange.sendResponseHeaders(status, -1);
    }
  }

  public String url() {
    return (tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + port + "/hook";
  }

  /** How it answers from now on: with a status, or {@link #HANG_UP}. */
  public void behave(ToIntFunction<Delivery> how) {
    behaviour = how;
  }

  /** What was taken so far, repeats among it, in the order of arrival. */
  public List<Delivery> taken() {
    synchronized (taken) {
      return List.copyOf(taken);
    }
  }

  public void clear() {
    synchronized (taken) {
      taken.clear();
    }
  }

  public void stop() {
    server.stop(0);
  }

  public void restart() {
    server = listen(port);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
