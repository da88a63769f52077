// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Packages of npm that no Maven repository has. Stateless. */
public final class NodePackage {

  private static final Path KEPT = Path.of("target", "npm");

  private NodePackage() {}

  /**
   * A file of a package; fetched once. Where npm can't fetch it, the test fails.
   *
   * @param file within the package
   */
  public static String text(String name, String version, String file) {
    Path kept = KEPT.resolve(name + "-" + version).resolve("package").resolve(file);
    try {
      if (!Files.exists(kept)) {
        fetch(name, version);
      }
      return Files.readString(kept, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fetch(String name, String version) throws IOException {
    Path folder = Files.createDirectories(KEPT.resolve(name + "-" + version)).toAbsolutePath();
    String id = name + "@" + version;
    try (Program npm = Program.start(folder, List.of("npm", "pack", "--silent", id))) {
      assertThat(npm.await(60)).as("npm can't fetch " + id + ": " + npm.errors()).isZero();
    } catch (UncheckedIOException e) {
      throw new AssertionError("npm does not run; scripts/test installs nodejs and npm", e);
    }
    Program.run(
        "tar",
        "-xzf",
        folder.resolve(name + "-" + version + ".tgz").toString(),
        "-C",
        folder.toString());
  }
}
