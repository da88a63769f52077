// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.control.AccessKeys;
import dev.weir.kinesis.Refusal;
import dev.weir.kinesis.signature.Signatures;
import dev.weir.kinesis.signature.SignedHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes objects by PUT as S3 does: what is not signed for {@code s3} by a key that it knows is
 * refused with 403. An object that is put again takes the place of the one before. Thread-safe.
 */
public final class ObjectReceiver implements AutoCloseable {

  private static final String METADATA = "x-amz-meta-";

  private final Map<String, StoredObject> objects = new LinkedHashMap<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final Signatures signatures;
  private final HttpServer server;

  /**
   * What was put. Immutable as long as nobody writes its body.
   *
   * @param key with the bucket before it
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record StoredObject(
      String key, String contentType, Map<String, String> metadata, byte[] body) {}

  /**
   * @param keys folder of the keys that it knows
   */
  public ObjectReceiver(Path keys) {
    signatures =
        new Signatures(new AccessKeys(keys, InstantSource.system()), InstantSource.system());
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers so many requests with 503. */
  public void refuseNext(int count) {
    refusals.set(count);
  }

  /** All objects, in the order in which they came first. */
  public List<StoredObject> objects() {
    synchronized (objects) {
      return new ArrayList<>(objects.values());
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status(exchange, body), -1);
    }
  }

  private int status(HttpExchange exchange, byte[] body) {
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return 503;
    }
    var fields = new ArrayList<SignedHead.Field>();
    var metadata = new TreeMap<String, String>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          values.forEach(value -> fields.add(new SignedHead.Field(lower, value)));
          if (lower.startsWith(METADATA)) {
            metadata.put(lower.substring(METADATA.length()), values.getFirst());
          }
        });
    var head =
        new SignedHead(
            exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(), "", fields);
    try {
      var _ = signatures.claim(head, "s3", false).caller(body);
    } catch (Refusal e) {
      return 403;
    }
    if (!exchange.getRequestMethod().equals("PUT")) {
      return 405;
    }
    String key = exchange.getRequestURI().getPath().substring(1);
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    synchronized (objects) {
      objects.put(key, new StoredObject(key, type, metadata, body));
    }
    return 200;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
