// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Packages of npm that no Maven repository has. Stateless. */
public final class NodePackage {

  private static final Path KEPT = Path.of("target", "npm");

  private NodePackage() {}

  /**
   * A file of a package; fetched once. Where npm can't be reached, the test is left out.
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
      Assumptions.assumeTrue(npm.await(60) == 0, () -> "npm gives no " + id + npm.errors());
    }
    Program.run(
        "tar",
        "-xzf",
        folder.resolve(name + "-" + version + ".tgz").toString(),
        "-C",
        folder.toString());
  }
}
