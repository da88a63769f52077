// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.server.cli.CommandFailed;
import dev.weir.server.cli.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.StringJoiner;

/**
 * A server by its address, and how to talk to it. Every refusal becomes a {@link CommandFailed}
 * with the server's own words. Thread-safe.
 */
public final class Server implements AutoCloseable {

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

  private final URI base;
  private final HttpClient client;

  /**
   * @param address http or https, perhaps with a path below which a proxy serves Weir
   */
  public Server(URI address) {
    String text = address.toString();
    this.base = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /** The address of a path, which begins with a slash. */
  public URI at(String path) {
    return URI.create(base + path);
  }

  /** The path of something of a stream. */
  public static String stream(String name, String rest) {
    return "/v1/streams/" + encode(name) + rest;
  }

  /** A query out of names and values in turn; what has an empty value is left out. */
  public static String query(String... namesAndValues) {
    var query = new StringJoiner("&", "?", "").setEmptyValue("");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (!namesAndValues[i + 1].isEmpty()) {
        query.add(namesAndValues[i] + "=" + encode(namesAndValues[i + 1]));
      }
    }
    return query.toString();
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A JSON object. */
  public ObjectNode json(String path) {
    String body = text(path);
    return Json.read(body).orElseThrow(() -> notWeir(path));
  }

  /** A body that is text. */
  public String text(String path) {
    HttpResponse<String> answer = answer(path);
    if (answer.statusCode() != 200) {
      throw refusal(answer.statusCode(), answer.body());
    }
    return answer.body();
  }

  /** An answer with a small body, whatever its status. */
  HttpResponse<String> answer(String path) {
    return send(path, HttpResponse.BodyHandlers.ofString());
  }

  /** A body of any length, which the caller reads and closes. */
  HttpResponse<InputStream> open(String path) {
    HttpResponse<InputStream> answer = send(path, HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      try (InputStream body = answer.body()) {
        throw refusal(
            answer.statusCode(), new String(body.readNBytes(1 << 16), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new CommandFailed(answer.statusCode() + " from " + at(path), e);
      }
    }
    return answer;
  }

  private <T> HttpResponse<T> send(String path, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(HttpRequest.newBuilder(at(path)).build(), handler);
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed("interrupted", e);
    }
  }

  /** Nobody answers, or not as a server does. */
  public CommandFailed unreachable(IOException cause) {
    String why = cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    return new CommandFailed(
        "no server answers at "
            + base
            + why
            + "; start one with weir serve, or name another with --server URL",
        cause);
  }

  private CommandFailed notWeir(String path) {
    return new CommandFailed("what answers at " + at(path) + " is not Weir");
  }

  /** What a refusing answer says: its problem's detail, else its status. */
  public static CommandFailed refusal(int status, String body) {
    String detail = Json.read(body).map(problem -> problem.path("detail").asText("")).orElse("");
    return new CommandFailed(
        detail.isEmpty() ? "the server answered " + status : detail + " (" + status + ")");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
