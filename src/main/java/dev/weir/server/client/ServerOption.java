// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import dev.weir.server.cli.ConfigOption;
import java.net.URI;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --server}: which server a command talks to. */
public final class ServerOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--server",
      defaultValue = "http://127.0.0.1:8080",
      paramLabel = "URL",
      description = "Server to talk to (default: ${DEFAULT-VALUE}).")
  private String server;

  /** Read before the others, by Configuration. */
  @Mixin
  @SuppressWarnings("UnusedVariable")
  private ConfigOption config;

  /** The server; the caller closes it. */
  public Server open() {
    try {
      URI address = URI.create(server);
      if (address.getHost() != null
          && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
        return new Server(address);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new ParameterException(
        spec.commandLine(), "--server wants an address as http://127.0.0.1:8080, found " + server);
  }
}
