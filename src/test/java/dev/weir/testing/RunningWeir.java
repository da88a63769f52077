// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.http.ConnectionLimits;
import dev.weir.server.ServerOptions;
import dev.weir.server.WeirServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A whole server in this process, on a folder and a free port; can be stopped and started again.
 * Confined to one thread.
 */
public final class RunningWeir implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A free port on loopback. */
  public static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final ServerOptions options;
  private final InstantSource clock;
  private @Nullable WeirServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public RunningWeir(Path data) {
    this(ServerOptions.of(ANY_PORT, data));
  }

  public RunningWeir(Path data, ConnectionLimits limits) {
    this(ServerOptions.of(ANY_PORT, data).with(limits));
  }

  public RunningWeir(ServerOptions options) {
    this(options, InstantSource.system());
  }

  public RunningWeir(ServerOptions options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    start();
  }

  public void start() {
    server = WeirServer.start(options, clock);
  }

  public void stop() {
    server().close();
    server = null;
  }

  public WeirServer server() {
    if (server == null) {
      throw new IllegalStateException("not running");
    }
    return server;
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server().port() + path;
  }

  public HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url(path))).GET());
  }

  /** The JSON of a successful GET. */
  public JsonNode json(String path) {
    HttpResponse<String> answer = get(path);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " for " + path + ": " + answer.body());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public HttpResponse<String> put(String path, String json) {
    return send(
        HttpRequest.newBuilder(URI.create(url(path)))
            .PUT(HttpRequest.BodyPublishers.ofString(json)));
  }

  public HttpResponse<String> delete(String path) {
    return send(HttpRequest.newBuilder(URI.create(url(path))).DELETE());
  }

  public HttpResponse<String> push(String stream, Path file) {
    return push(stream, file, "");
  }

  /**
   * @param query empty, or beginning with a question mark
   */
  public HttpResponse<String> push(String stream, Path file, String query) {
    try {
      return send(
          HttpRequest.newBuilder(URI.create(url("/v1/streams/" + stream + "/media" + query)))
              .POST(HttpRequest.BodyPublishers.ofFile(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public HttpResponse<String> push(String stream, byte[] body) {
    return send(
        HttpRequest.newBuilder(URI.create(url("/v1/streams/" + stream + "/media")))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  /** How many pushes have ended, each of their fragments settled, since the server started. */
  public int pushesEnded() {
    return (int) metric("weir_push_sessions_ended_total");
  }

  /** Waits for pushes whose producer does not wait for the answer. */
  public void awaitPushesEnded(int count) {
    Eventually.holds(count + " pushes have ended", () -> pushesEnded() >= count);
  }

  /**
   * A number that the server counts.
   *
   * @param name with its labels, as the metrics page writes them
   */
  public double metric(String name) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no such metric: " + name));
  }

  /** Begins to write a body into a file; completes when the body ends. */
  public CompletableFuture<Path> download(String path, Path file) {
    return client
        .sendAsync(
            HttpRequest.newBuilder(URI.create(url(path))).build(),
            HttpResponse.BodyHandlers.ofFile(file))
        .thenApply(HttpResponse::body);
  }

  /** The body of a successful GET. */
  public byte[] bytes(String path) {
    HttpResponse<byte[]> answer =
        send(
            HttpRequest.newBuilder(URI.create(url(path))).GET(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " for " + path);
    }
    return answer.body();
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    return send(request, HttpResponse.BodyHandlers.ofString());
  }

  public <T> HttpResponse<T> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request.build(), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      stop();
    }
    client.close();
  }
}
