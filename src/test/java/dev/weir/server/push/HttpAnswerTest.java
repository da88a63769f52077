// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpAnswerTest {

  private static HttpAnswer read(String text) throws IOException {
    return HttpAnswer.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String body(HttpAnswer answer) throws IOException {
    return new String(answer.body().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void chunksAreJoined() throws IOException {
    HttpAnswer answer =
        read(
            """
            HTTP/1.1 200 OK
            Transfer-Encoding: chunked

            5
            hello
            1;name=value
            ,
            A
            0123456789
            0
            Trailer: x

            """
                .replace("\n", "\r\n"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(body(answer)).isEqualTo("hello,0123456789");
  }

  @Test
  void aLengthEndsTheBodyAndSoDoesTheConnection() throws IOException {
    assertThat(body(read("HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\nabcdef")))
        .isEqualTo("abc");
    assertThat(body(read("HTTP/1.0 503 \r\n\r\nabcdef"))).isEqualTo("abcdef");
  }

  @Test
  void interimAnswersArePassedOver() throws IOException {
    HttpAnswer answer =
        read(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void aChunkCutShortIsNotTakenForAWholeBody() throws IOException {
    HttpAnswer answer = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
    assertThatThrownBy(() -> body(answer)).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200",
        "HTTP/2 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"
      })
  void anythingElseIsNoAnswer(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n", "-5\r\n", "ffffffff\r\n", "5\r\nhelloX\r\n0\r\n\r\n"})
  void aWrongChunkIsAnError(String chunks) throws IOException {
    HttpAnswer answer = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
    assertThatThrownBy(() -> body(answer)).isInstanceOf(IOException.class);
  }
}
