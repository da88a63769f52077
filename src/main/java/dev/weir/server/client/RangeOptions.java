// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import picocli.CommandLine.Option;

/** {@code --from}, {@code --to} and {@code --clock}: which media is meant. */
final class RangeOptions {

  @Option(
      names = "--from",
      defaultValue = "",
      paramLabel = "TIME",
      description =
          "Begin of the range, RFC 3339 or epoch milliseconds (default: where the recording"
              + " begins).")
  private String from;

  @Option(
      names = "--to",
      defaultValue = "",
      paramLabel = "TIME",
      description = "End of the range, itself not included (default: where the recording ends).")
  private String to;

  @Option(
      names = "--clock",
      defaultValue = "producer",
      paramLabel = "CLOCK",
      description =
          "Whose clock times are read by, producer or server (default: ${DEFAULT-VALUE}).")
  private String clock;

  /** Names and values of a query, in turn. */
  String[] query() {
    return new String[] {"from", from, "to", to, "clock", clock};
  }
}
