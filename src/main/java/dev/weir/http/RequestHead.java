// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.model.Bytes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes a {@link Request} of a decoded head, and refuses what two servers could read differently
 * (RFC 9112 § 3, § 6). Stateless.
 */
final class RequestHead {

  /** The characters of a host and port (RFC 3986 § 3.2.2); no user, no path. */
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "[A-Za-z0-9._~!$&'()*+,;=%-]+(:[0-9]{0,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{0,5})?");

  private RequestHead() {}

  /** A request target taken apart; the authority is empty unless it is in absolute form. */
  private record Target(String pathAndQuery, Optional<String> authority) {}

  /**
   * @param local the server's end of the connection
   * @throws IllegalArgumentException saying what is malformed
   */
  static Request read(HttpRequest head, InetSocketAddress local) {
    require(
        head.protocolVersion().majorVersion() == 1, "a version other than HTTP/1.0 and HTTP/1.1");
    checkCoding(head);
    Target target = target(head);
    Optional<String> host = host(head);
    var decoder = new QueryStringDecoder(target.pathAndQuery);
    return new Request(
        head.method(),
        segments(decoder.rawPath()),
        decoder.rawQuery(),
        Map.of(),
        decoder.parameters(),
        head.headers(),
        Bytes.EMPTY,
        authority(target.authority.or(() -> host), local));
  }

  /** No coding but chunked is undone here, and Netty lets others pass before it. */
  private static void checkCoding(HttpRequest head) {
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    require(
        codings.isEmpty()
            || (codings.size() == 1
                && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst().trim())),
        "a Transfer-Encoding other than chunked");
  }

  /** Origin form, absolute form, or the asterisk of OPTIONS (RFC 9112 § 3.2). */
  private static Target target(HttpRequest head) {
    String target = head.uri();
    if (target.startsWith("/")) {
      return new Target(target, Optional.empty());
    }
    if (target.equals("*") && head.method().equals(HttpMethod.OPTIONS)) {
      return new Target("/*", Optional.empty());
    }
    URI uri = URI.create(target);
    boolean http =
        "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
    require(http && uri.getRawAuthority() != null, "a request target that names no resource here");
    checkAuthority(uri.getRawAuthority());
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new Target(path + query, Optional.of(uri.getRawAuthority()));
  }

  private static Optional<String> host(HttpRequest head) {
    List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
    boolean mayLack = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    require(hosts.size() == 1 || (hosts.isEmpty() && mayLack), "not exactly one Host");
    Optional<String> host =
        hosts.stream().findFirst().map(String::trim).filter(each -> !each.isEmpty());
    host.ifPresent(RequestHead::checkAuthority);
    return host;
  }

  private static void checkAuthority(String authority) {
    require(AUTHORITY.matcher(authority).matches(), "a host that is none");
  }

  private static String authority(Optional<String> named, InetSocketAddress local) {
    String host = named.orElseGet(local::getHostString);
    return host.matches(".*:[0-9]+") ? host : host + ":" + local.getPort();
  }

  /** Each segment is decoded by itself, so that an encoded slash does not make two of one. */
  private static List<String> segments(String rawPath) {
    return Arrays.stream(rawPath.substring(1).split("/", -1))
        .map(segment -> QueryStringDecoder.decodeComponent(segment.replace("+", "%2B")))
        .toList();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
