// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.server.cli.CommandFailed;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Brings the jars of Humble Video out of a Maven repository: the one version that was tried, each
 * known by its hash. Confined to one thread.
 */
final class HumbleInstall {

  /** A jar by its path in a repository. */
  record Jar(String path, String sha256) {

    String fileName() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  private static final String GROUP = "io/humble/";
  private static final Jar LIBRARY =
      new Jar(
          GROUP + "humble-video-noarch/0.3.0/humble-video-noarch-0.3.0.jar",
          "e8e4178c1e895b4135840699b463a06133192c46aeb62b98abbdd99e499e128c");
  private static final Jar NATIVES =
      new Jar(
          GROUP
              + "humble-video-arch-x86_64-pc-linux-gnu6/0.3.0/humble-video-arch-x86_64-pc-linux-gnu6-0.3.0.jar",
          "5dec6a8f31336ce989df120aca2772ffd767131da9daabaef8c41c895f9cb6d4");

  private final URI repository;
  private final List<Jar> jars;

  HumbleInstall(URI repository) {
    this(repository, List.of(LIBRARY, NATIVES));
  }

  /** With other jars: a repository of a test has no real ones. */
  HumbleInstall(URI repository, List<Jar> jars) {
    String text = repository.toString();
    this.repository = URI.create(text.endsWith("/") ? text : text + "/");
    this.jars = jars;
  }

  /**
   * The files, those that were there already among them.
   *
   * @throws CommandFailed when there are none for this machine, or what came is not what was tried
   */
  List<Path> into(Path folder) throws IOException, InterruptedException {
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!machine.toLowerCase(Locale.ROOT).matches("linux (amd64|x86_64)")) {
      throw new CommandFailed("Humble Video is there for Linux on x86-64, this is " + machine);
    }
    Files.createDirectories(folder);
    var files = new ArrayList<Path>();
    try (var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
      for (Jar jar : jars) {
        Path file = folder.resolve(jar.fileName());
        if (!Files.exists(file)) {
          download(client, jar, file);
        }
        files.add(file);
      }
    }
    return files;
  }

  private void download(HttpClient client, Jar jar, Path file)
      throws IOException, InterruptedException {
    URI address = repository.resolve(jar.path());
    HttpResponse<InputStream> answer =
        client.send(
            HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofInputStream());
    Path part = file.resolveSibling(file.getFileName() + ".part");
    var digest = sha256();
    try (InputStream in = answer.body()) {
      if (answer.statusCode() != 200) {
        throw new CommandFailed(answer.statusCode() + " from " + address);
      }
      try (var out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
        in.transferTo(out);
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(jar.sha256())) {
        throw new CommandFailed(
            address
                + " is not the file that was tried: SHA-256 "
                + found
                + ", not "
                + jar.sha256());
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
