// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How pictures are decoded. Immutable.
 *
 * @param kinds which decoders may be used, the preferred one first
 * @param workers most worker processes at once
 * @param deadline how long one picture may take
 * @param patience how long a caller waits for a worker before it is told that there is none
 * @param folder where the jars of decoders that are not shipped lie: {@code <folder>/humble/*.jar}
 */
public record DecoderOptions(
    List<DecoderKind> kinds,
    int workers,
    Duration deadline,
    Duration patience,
    Optional<Path> folder) {

  public static final DecoderOptions DEFAULT =
      new DecoderOptions(
          List.of(DecoderKind.values()),
          2,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Optional.empty());

  public DecoderOptions {
    kinds = List.copyOf(kinds);
    if (workers < 1 || kinds.isEmpty()) {
      throw new IllegalArgumentException(workers + " workers, " + kinds.size() + " decoders");
    }
  }

  public DecoderOptions withKinds(DecoderKind... only) {
    return new DecoderOptions(List.of(only), workers, deadline, patience, folder);
  }

  public DecoderOptions withFolder(Path decoders) {
    return new DecoderOptions(kinds, workers, deadline, patience, Optional.of(decoders));
  }
}
