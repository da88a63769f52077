// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two servers could read differently, and requests that are merely unusual. */
final class FramingIT {

  /** A second request, which must never be taken for one when the first was malformed. */
  private static final String SMUGGLED =
      "PUT /v1/streams/smuggled HTTP/1.1\r\nHost: weir\r\nContent-Length: 2\r\n\r\n{}";

  private static RunningWeir weir;

  @BeforeAll
  static void start(@TempDir Path data) {
    weir = new RunningWeir(data);
  }

  @AfterAll
  static void stop() {
    weir.close();
  }

  static List<Arguments> malformed() {
    String get = "GET /healthz HTTP/1.1\r\n";
    String put = "PUT /v1/streams/first HTTP/1.1\r\nHost: weir\r\n";
    String chunked = put + "Transfer-Encoding: chunked\r\n\r\n";
    return List.of(
        arguments(
            "length and chunked",
            put + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        arguments(
            "chunked and length",
            put + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        arguments("two lengths", put + "Content-Length: 2\r\nContent-Length: 44\r\n\r\n{}"),
        arguments(
            "the same length twice", put + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        arguments("a list of lengths", put + "Content-Length: 2, 2\r\n\r\n{}"),
        arguments("a signed length", put + "Content-Length: +2\r\n\r\n{}"),
        arguments("a negative length", put + "Content-Length: -2\r\n\r\n{}"),
        arguments("a length in hexadecimal", put + "Content-Length: 0x2\r\n\r\n{}"),
        arguments(
            "a length beyond 64 bits", put + "Content-Length: 99999999999999999999\r\n\r\n{}"),
        arguments("chunked twice", put + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        arguments(
            "chunked in two fields",
            put + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        arguments(
            "chunked before another", put + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
        arguments(
            "another before chunked", put + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        arguments("identity", put + "Transfer-Encoding: identity\r\n\r\n"),
        arguments("nearly chunked", put + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        arguments("chunked with a tab", put + "Transfer-Encoding: chun\tked\r\n\r\n0\r\n\r\n"),
        arguments(
            "chunked of HTTP/1.0",
            "PUT /v1/streams/first HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        arguments("space before the colon", put + "Content-Length : 2\r\n\r\n{}"),
        arguments("tab before the colon", put + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"),
        arguments("a folded line", put + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
        arguments("a folded value", put + "X-Note: a\r\n\tb\r\nContent-Length: 2\r\n\r\n{}"),
        arguments("white space before the first field", get + " Host: weir\r\n\r\n"),
        arguments(
            "a bare line feed after the request line", "GET /healthz HTTP/1.1\nHost: weir\r\n\r\n"),
        arguments("a bare line feed after a field", get + "Host: weir\nX-Note: a\r\n\r\n"),
        arguments("a bare line feed at the end", get + "Host: weir\r\n\n"),
        arguments(
            "a bare carriage return", get + "Host: weir\r\nX-Note: a\rContent-Length: 44\r\n\r\n"),
        arguments("a NUL in a field", get + "Host: weir\r\nX-Note: a\0b\r\n\r\n"),
        arguments("a field without a colon", get + "Host: weir\r\nX-Note\r\n\r\n"),
        arguments("a field without a name", get + "Host: weir\r\n: a\r\n\r\n"),
        arguments("no host", get + "\r\n"),
        arguments("two hosts", get + "Host: weir\r\nHost: other\r\n\r\n"),
        arguments("a host that is a path", get + "Host: weir/v1\r\n\r\n"),
        arguments("a host with a user", get + "Host: me@weir\r\n\r\n"),
        arguments("a target without a slash", "GET healthz HTTP/1.1\r\nHost: weir\r\n\r\n"),
        arguments(
            "a target with a user", "GET http://me@weir/healthz HTTP/1.1\r\nHost: weir\r\n\r\n"),
        arguments(
            "a target of another scheme", "GET ftp://weir/healthz HTTP/1.1\r\nHost: weir\r\n\r\n"),
        arguments("a target without a host", "GET http:///healthz HTTP/1.1\r\nHost: weir\r\n\r\n"),
        arguments("an asterisk", "GET * HTTP/1.1\r\nHost: weir\r\n\r\n"),
        arguments("a broken escape", "GET /v1/streams/%zz HTTP/1.1\r\nHost: weir\r\n\r\n"),
        arguments("half an escape", "GET /v1/streams/a% HTTP/1.1\r\nHost: weir\r\n\r\n"),
        arguments("another version", "GET /healthz HTTP/2.0\r\nHost: weir\r\n\r\n"),
        arguments("no version", "GET /healthz\r\nHost: weir\r\n\r\n"),
        arguments("another protocol", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n"),
        arguments("a chunk size that is none", chunked + "zz\r\n{}\r\n0\r\n\r\n"),
        arguments("a negative chunk size", chunked + "-2\r\n{}\r\n0\r\n\r\n"),
        arguments("a chunk size with a prefix", chunked + "0x2\r\n{}\r\n0\r\n\r\n"),
        arguments("a chunk size beyond 64 bits", chunked + "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        arguments("an empty chunk size", chunked + "\r\n{}\r\n0\r\n\r\n"),
        arguments("a chunk longer than its size", chunked + "1\r\n{}\r\n0\r\n\r\n"),
        arguments("a bare line feed after a chunk size", chunked + "2\n{}\r\n0\r\n\r\n"),
        arguments("a bare line feed in a chunk extension", chunked + "2;a\nb\r\n{}\r\n0\r\n\r\n"),
        arguments("a bare line feed after a chunk", chunked + "2\r\n{}\n0\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void isRefusedAndNothingAfterItIsARequest(String what, String request) {
    assertRefused(what, client -> client.send(request + SMUGGLED));
  }

  @ParameterizedTest(name = "{0}, byte by byte")
  @MethodSource("malformed")
  void isRefusedHoweverItComes(String what, String request) {
    assertRefused(
        what,
        client -> {
          for (byte each : request.getBytes(StandardCharsets.ISO_8859_1)) {
            client.send(new byte[] {each});
          }
          client.send(SMUGGLED);
        });
  }

  private interface Sending {
    void by(WireClient client);
  }

  private static void assertRefused(String what, Sending sending) {
    try (var client = new WireClient(weir)) {
      sending.by(client);
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).as(what + ": " + answer.body()).isEqualTo(400);
      assertThat(answer.head().field("connection")).isEqualTo("close");
      assertThat(answer.body()).contains("malformed-request");
      assertThat(client.rest()).as("a second answer").isEmpty();
    }
    assertThat(weir.get("/v1/streams/smuggled").statusCode()).isEqualTo(404);
    assertThat(weir.get("/v1/streams/first").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n",
        "-1\r\n",
        "100000000000000000\r\n",
        "5\n",
      })
  void aPushWhoseChunksAreBrokenIsRefused(String chunk) {
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST /v1/streams/chunks/media HTTP/1.1", "Host: weir", "Transfer-Encoding: chunked");
      client.send("4\r\n\u001aE\u00df\u00a3\r\n" + chunk + SMUGGLED);
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("malformed-request");
      assertThat(client.rest()).isEmpty();
    }
    assertThat(weir.get("/v1/streams/smuggled").statusCode()).isEqualTo(404);
    assertThat(weir.json("/v1/streams/chunks").path("lastError").asText()).contains("framing");
  }

  /** What RFC 9112 § 3.2.2 says a server must accept. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://weir:8080/healthz HTTP/1.1\r\nHost: other\r\n\r\n",
        "GET HTTP://weir/healthz?a=b HTTP/1.1\r\nHost: weir\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET /healthz HTTP/1.0\r\n\r\n",
        "\r\nGET /healthz HTTP/1.1\r\nHost: weir\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nhOST:weir\r\nContent-Length: 3\r\n\r\nabc",
        "GET /healthz HTTP/1.1\r\nHost: weir\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=\"b\"\r\nabc\r\n0\r\nX-Trailer: a\r\n\r\n",
      })
  void whatIsOnlyUnusualIsAnswered(String request) {
    try (var client = new WireClient(weir)) {
      WireClient.Answer answer = client.send(request).answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("ok\n");
    }
  }

  @Test
  void aRequestLineOrHeaderBeyondItsBoundIsRefused() {
    String endless = "a".repeat(20_000);
    assertThat(status("GET /" + endless + " HTTP/1.1\r\nHost: weir\r\n\r\n")).isEqualTo(414);
    assertThat(status("GET / HTTP/1.1\r\nHost: weir\r\nX-Note: " + endless + "\r\n\r\n"))
        .isEqualTo(431);
    assertThat(status("GET /" + endless)).as("without an end").isEqualTo(414);
  }

  private static int status(String request) {
    try (var client = new WireClient(weir)) {
      int status = client.send(request).answer().status();
      assertThat(client.rest()).isEmpty();
      return status;
    }
  }

  @Test
  void requestsSentTogetherAreAnsweredInOrder() {
    String all =
        Stream.of("/healthz", "/v1/streams?limit=0", "/nothing", "/readyz", "/healthz")
            .map(path -> "GET " + path + " HTTP/1.1\r\nHost: weir\r\n\r\n")
            .reduce("", String::concat);
    try (var client = new WireClient(weir)) {
      client.send(all);
      assertThat(client.answer().body()).isEqualTo("ok\n");
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.answer().status()).isEqualTo(404);
      assertThat(client.answer().body()).isEqualTo("ready\n");
      assertThat(client.answer().body()).isEqualTo("ok\n");
    }
  }

  @Test
  void aConnectionIsGoodForMoreAfterAnErrorWhoseRequestWasWhole() {
    try (var client = new WireClient(weir)) {
      for (String line :
          List.of(
              "GET /nothing HTTP/1.1",
              "DELETE /healthz HTTP/1.1",
              "GET /v1/streams/unknown HTTP/1.1",
              "GET /v1/streams/cam/frame.jpg HTTP/1.1",
              "GET /v1/streams?limit=x HTTP/1.1")) {
        WireClient.Answer answer = client.sendHead(line, "Host: weir").answer();
        assertThat(answer.status()).isBetween(400, 405);
        assertThat(answer.head().field("connection")).isEqualTo("keep-alive");
      }
      assertThat(client.sendHead("GET /healthz HTTP/1.1", "Host: weir").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void headIsAnsweredAsGetWithoutABodyEvenWhenItIsAnError() {
    try (var client = new WireClient(weir)) {
      for (String path : List.of("/healthz", "/nothing", "/v1/streams/unknown", "/openapi.yaml")) {
        WireClient.Head head = client.sendHead("HEAD " + path + " HTTP/1.1", "Host: weir").head();
        WireClient.Answer get = client.sendHead("GET " + path + " HTTP/1.1", "Host: weir").answer();
        assertThat(head.status()).isEqualTo(get.status());
        assertThat(head.field("content-length")).isEqualTo(get.head().field("content-length"));
      }
    }
  }

  @Test
  void aClientThatSaysItHasSentAllIsStillAnswered() {
    try (var client = new WireClient(weir)) {
      client.sendHead("GET /openapi.yaml HTTP/1.1", "Host: weir").endSending();
      assertThat(client.answer().body()).startsWith("openapi:");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void anEmptyAnswerSaysNothingOfALength() {
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "OPTIONS /v1/streams/cam/clip.mp4 HTTP/1.1", "Host: weir", "Origin: http://a");
      WireClient.Head preflight = client.head();
      assertThat(preflight.status()).isEqualTo(204);
      assertThat(preflight.fields()).doesNotContainKeys("content-length", "transfer-encoding");
      assertThat(preflight.field("access-control-allow-methods")).isEqualTo("GET, HEAD");
      assertThat(preflight.field("access-control-allow-origin")).isEqualTo("*");
      assertThat(client.sendHead("GET /healthz HTTP/1.1", "Host: weir").answer().status())
          .isEqualTo(200);
    }
  }
}
