// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * {@code --config}: where options that are not given come from. Read before all other options, so
 * that it can be asked for their values.
 */
public final class ConfigOption {

  public static final String NAME = "--config";

  @Option(
      names = NAME,
      paramLabel = "FILE",
      description = "Configuration file (default: ./weir.yaml when it is there).")
  private @Nullable Path file;

  /** The file that was named; null when none was. */
  public @Nullable Path file() {
    return file;
  }
}
