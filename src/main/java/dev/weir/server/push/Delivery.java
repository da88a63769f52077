// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.server.cli.CommandFailed;
import dev.weir.server.client.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A push on its way to the server: connects with the first byte of the body, so that an input which
 * is no media never gets there, and gives the server's reason when the server hangs up. Confined to
 * one thread.
 */
final class Delivery implements BodySink, AutoCloseable {

  /** The server has hung up, perhaps with an answer; what is sent from here on is lost. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken(IOException cause) {
      super(cause);
    }
  }

  private final Server server;
  private final String path;
  private final Consumer<String> lines;
  private @Nullable PushConnection connection;

  /**
   * @param path of the stream's media, with its query
   * @param lines takes the acknowledgements, on another thread
   */
  Delivery(Server server, String path, Consumer<String> lines) {
    this.server = server;
    this.path = path;
    this.lines = lines;
  }

  @Override
  public void write(ByteBuffer bytes) {
    try {
      PushConnection open = connected();
      if (open.isAnswered()) {
        throw new IOException("the server ended the push");
      }
      open.write(bytes);
    } catch (IOException e) {
      throw new Broken(e);
    }
  }

  private PushConnection connected() {
    if (connection == null) {
      try {
        connection = PushConnection.open(server.at(path), lines);
      } catch (IOException e) {
        throw server.unreachable(e);
      }
    }
    return connection;
  }

  /** Ends the body and waits until the server has answered to all of it. */
  PushConnection.Answer end() {
    PushConnection open = connected();
    try {
      open.end();
    } catch (IOException e) {
      return answerTo(new Broken(e));
    }
    try {
      return open.answer();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** What the server said when it hung up. */
  PushConnection.Answer answerTo(Broken broken) {
    try {
      return connected().answer();
    } catch (IOException e) {
      e.addSuppressed(broken);
      throw lost(e);
    }
  }

  private static CommandFailed lost(IOException cause) {
    return new CommandFailed("the connection to the server is lost: " + cause.getMessage(), cause);
  }

  boolean isConnected() {
    return connection != null;
  }

  long bytesSent() {
    return connection == null ? 0 : connection.bytesSent();
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      connection.close();
    }
  }
}
