// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client that sends exactly the bytes it is told to, right or wrong, over one connection, and
 * reads answers only when asked to. Confined to one thread.
 */
public final class WireClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket = new Socket();
  private final InputStream in;

  /** An answer's status line and header fields, by lower-case name. Immutable. */
  public record Head(int status, Map<String, String> fields) {

    public String field(String name) {
      return fields.getOrDefault(name, "");
    }
  }

  /** An answer with its whole body, which is text. Immutable. */
  public record Answer(Head head, String body) {

    public int status() {
      return head.status;
    }
  }

  public WireClient(RunningWeir weir) {
    this(weir, 0);
  }

  /** To what listens on a port of loopback. */
  public WireClient(int port) {
    this(port, 0);
  }

  /**
   * @param receiveBytes how much the kernel takes for a client that does not read; 0 leaves it
   */
  public WireClient(RunningWeir weir, int receiveBytes) {
    this(weir.server().port(), receiveBytes);
  }

  private WireClient(int port, int receiveBytes) {
    try {
      if (receiveBytes > 0) {
        socket.setReceiveBufferSize(receiveBytes);
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends text as it stands; line ends are the caller's. */
  public WireClient send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends a request line and header fields, each with its line end, and the empty line. */
  public WireClient sendHead(String... lines) {
    return send(String.join("\r\n", lines) + "\r\n\r\n");
  }

  public WireClient send(byte[] bytes) {
    return send(bytes, 0, bytes.length);
  }

  public WireClient send(byte[] bytes, int from, int to) {
    try {
      socket.getOutputStream().write(bytes, from, to - from);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends bytes; false when the server has closed. Waits as long as the server takes nothing. */
  public boolean trySend(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  /** Sends bytes as one chunk of a chunked body. */
  public WireClient sendChunk(byte[] bytes, int from, int to) {
    return send(Integer.toHexString(to - from) + "\r\n").send(bytes, from, to).send("\r\n");
  }

  /** Says that nothing more will be sent, and goes on listening. */
  public WireClient endSending() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether an answer, or the end, has begun to arrive. */
  public boolean answered() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** The next answer's head. */
  public Head head() {
    String[] status = line().split(" ", 3);
    var fields = new TreeMap<String, String>();
    for (String field = line(); !field.isEmpty(); field = line()) {
      int colon = field.indexOf(':');
      fields.put(
          field.substring(0, colon).toLowerCase(Locale.ROOT), field.substring(colon + 1).trim());
    }
    return new Head(Integer.parseInt(status[1]), fields);
  }

  /** The next answer whole; its length is stated, or it is chunked. */
  public Answer answer() {
    Head head = head();
    if (head.field("transfer-encoding").equals("chunked")) {
      var body = new ByteArrayOutputStream();
      for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
        body.writeBytes(chunk);
      }
      return new Answer(head, body.toString(StandardCharsets.UTF_8));
    }
    byte[] body = read(Integer.parseInt(head.fields.getOrDefault("content-length", "0")));
    return new Answer(head, new String(body, StandardCharsets.UTF_8));
  }

  /** The next chunk of a chunked body; empty at its end. */
  public byte[] chunk() {
    byte[] chunk = read(Integer.parseInt(line(), 16));
    line();
    return chunk;
  }

  /** Exactly so many bytes. */
  public byte[] read(int count) {
    try {
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw new AssertionError("closed after " + bytes.length + " of " + count + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything up to the end of the connection, however it ends. */
  public byte[] rest() {
    var bytes = new ByteArrayOutputStream();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        bytes.write(next);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("not closed within " + PATIENCE_MILLIS + " ms", e);
    } catch (IOException reset) {
      // The other way to end.
    }
    return bytes.toByteArray();
  }

  private String line() {
    var line = new StringBuilder();
    try {
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new AssertionError("closed inside a line: " + line);
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
