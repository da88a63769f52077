// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP/1.1 answer as it arrives on a connection that is closed after it (RFC 9112): its head,
 * and its body without the framing. Confined to one thread.
 */
final class HttpAnswer {

  private static final int LONGEST_LINE = 64 << 10;
  private static final int MOST_FIELDS = 200;

  private final int status;
  private final InputStream body;

  private HttpAnswer(int status, InputStream body) {
    this.status = status;
    this.body = body;
  }

  /** Reads the head; interim answers are passed over. */
  static HttpAnswer read(InputStream in) throws IOException {
    while (true) {
      String line = line(in);
      int status = status(line);
      Map<String, String> fields = fields(in);
      if (status >= 200) {
        return new HttpAnswer(status, body(in, fields));
      }
    }
  }

  private static int status(String line) throws IOException {
    if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
      throw new IOException(
          "not an HTTP answer: " + line.substring(0, Math.min(80, line.length())));
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private static Map<String, String> fields(InputStream in) throws IOException {
    var fields = new HashMap<String, String>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1 || fields.size() >= MOST_FIELDS) {
        throw new IOException("not a header field: " + line);
      }
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return fields;
  }

  private static InputStream body(InputStream in, Map<String, String> fields) throws IOException {
    if (fields.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return new Chunked(in);
    }
    String length = fields.get("content-length");
    if (length == null) {
      return in;
    }
    if (!length.matches("[0-9]{1,9}")) {
      throw new IOException("content-length " + length);
    }
    return new java.io.ByteArrayInputStream(in.readNBytes(Integer.parseInt(length)));
  }

  /** A line without its end. */
  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (line.size() >= LONGEST_LINE) {
        throw new IOException("line longer than " + LONGEST_LINE + " bytes");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  int status() {
    return status;
  }

  InputStream body() {
    return body;
  }

  /** A body in chunks (RFC 9112 § 7.1). */
  private static final class Chunked extends InputStream {
    private final InputStream in;
    private int left;
    private boolean begun;
    private boolean ended;

    Chunked(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0 && !ended) {
        nextChunk();
      }
      if (ended) {
        return -1;
      }
      int count = in.read(bytes, offset, Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the server closed the connection inside a chunk");
      }
      left -= count;
      return count;
    }

    private void nextChunk() throws IOException {
      if (begun && !line(in).isEmpty()) {
        throw new IOException("no line end after a chunk");
      }
      begun = true;
      String size = line(in).replaceFirst(";.*", "").strip();
      if (!size.matches("[0-9a-fA-F]{1,7}")) {
        throw new IOException("chunk size " + size);
      }
      left = Integer.parseInt(size, 16);
      if (left == 0) {
        ended = true;
        fields(in);
      }
    }
  }
}
