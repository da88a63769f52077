// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.server.cli.CommandFailed;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Something that can be read from its beginning, as it is named on the command line. Immutable. */
sealed interface Input {

  /** An input by its name: {@code -}, an http or https address, else a file. */
  static Input of(String name) {
    if (name.equals("-")) {
      return new StandardInput();
    }
    if (name.matches("(?i)https?://.*")) {
      return new Web(URI.create(name));
    }
    if (name.matches("(?i)[a-z][a-z0-9+.-]+://.*")) {
      throw new IllegalArgumentException(
          name + " is neither a file nor an http address; let ffmpeg read it and push from there");
    }
    return new LocalFile(Path.of(name));
  }

  InputStream open() throws IOException;

  /** How many bytes it has, when that is known. */
  default OptionalLong length() throws IOException {
    return OptionalLong.empty();
  }

  /** Whether it can be read again. */
  default boolean isRepeatable() {
    return true;
  }

  /** Its name in a few letters. */
  String shortName();

  /** What the program is fed with. */
  record StandardInput() implements Input {
    @Override
    public InputStream open() {
      return System.in;
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public String shortName() {
      return "standard input";
    }
  }

  /** A file, or a pipe with a name. */
  record LocalFile(Path path) implements Input {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }

    @Override
    public OptionalLong length() throws IOException {
      return Files.isRegularFile(path) ? OptionalLong.of(Files.size(path)) : OptionalLong.empty();
    }

    @Override
    public boolean isRepeatable() {
      return Files.isRegularFile(path);
    }

    @Override
    public String shortName() {
      return String.valueOf(path.getFileName());
    }
  }

  /** A body on another server. */
  record Web(URI address) implements Input {
    @Override
    public InputStream open() throws IOException {
      HttpClient client =
          HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
      try {
        HttpResponse<InputStream> answer =
            client.send(
                HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
          answer.body().close();
          throw new CommandFailed(address + " answered " + answer.statusCode());
        }
        return answer.body();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailed("interrupted", e);
      }
    }

    @Override
    public String shortName() {
      return address.getHost();
    }
  }
}
