// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/** Where the program lies, and what may lie beside it. Stateless. */
final class ProgramFolder {

  private ProgramFolder() {}

  /** The folder {@code decoders} beside weir.jar: decoders that are not part of it. */
  static Optional<Path> decoders() {
    return decodersFolder().filter(Files::isDirectory);
  }

  /** The same, whether it is there or not. */
  static Optional<Path> decodersFolder() {
    CodeSource source = ProgramFolder.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(source.getLocation().toURI()).resolveSibling("decoders"));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
