// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * nginx before a server, set up as the guide says; with TLS when it is given a certificate.
 * Confined to one thread.
 */
public final class Nginx implements AutoCloseable {

  private static final Path GUIDE = Path.of("src", "site", "markdown", "guide", "from-aws.md");

  private final Path folder;
  private final Optional<Certificate> certificate;
  private final int port = freePort();
  private @Nullable Program program;

  /**
   * @param folder for all that it writes
   */
  public Nginx(Path folder, Optional<Certificate> certificate) {
    this.folder = folder;
    this.certificate = certificate;
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /** Where clients reach it, without a slash at its end. */
  public String url() {
    return (certificate.isPresent() ? "https" : "http") + "://127.0.0.1:" + port;
  }

  /** Begins to pass requests on. */
  public Nginx start(RunningWeir weir) {
    try {
      Path configuration =
          Files.writeString(folder.resolve("nginx.conf"), configuration(weir.url("")));
      program =
          Program.start(
              List.of(
                  "nginx",
                  "-p",
                  folder.toString(),
                  "-e",
                  "stderr",
                  "-c",
                  configuration.toString()));
    } catch (IOException e) {
      throw new AssertionError("nginx does not run; scripts/test installs it", e);
    }
    Eventually.holds("nginx listens", this::listens);
    return this;
  }

  private boolean listens() {
    assertThat(program().process().isAlive()).as(program().errors()).isTrue();
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Program program() {
    if (program == null) {
      throw new IllegalStateException("not started");
    }
    return program;
  }

  private String configuration(String weir) throws IOException {
    String files =
        certificate
            .map(each ->
                "ssl_certificate " + each.chain() + ";\nssl_certificate_key " + each.key() + ";\n")
            .orElse("");
    String temporary =
        List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi").stream()
            .map(each -> each + "_temp_path " + folder.resolve(each) + ";\n")
            .reduce("", String::concat);
    return "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {}\nhttp {\naccess_log off;\n"
        + temporary
        + "server {\nlisten 127.0.0.1:"
        + port
        + (certificate.isPresent() ? " ssl;\n" : ";\n")
        + files
        + location().replace(Readme.SERVER, weir)
        + "\n}\n}\n";
  }

  /** What the guide tells people to paste. */
  private static String location() throws IOException {
    Matcher found =
        Pattern.compile("(?s)\n```\n(location / \\{\n.*?\n}\n)```\n")
            .matcher(Files.readString(GUIDE));
    assertThat(found.find()).as("a location of nginx in " + GUIDE).isTrue();
    return found.group(1);
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
  }
}
