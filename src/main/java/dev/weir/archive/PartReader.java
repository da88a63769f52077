// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.bytes.FileSlice;
import dev.weir.model.ChunkFileId;
import dev.weir.model.PartEntry;
import dev.weir.model.Sample;
import dev.weir.model.StoredPart;
import dev.weir.store.ChunkStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads parts, and remembers what many readers of the same want again: sample tables, and which
 * parts have proved themselves a moment ago. Thread-safe; blocks on disk.
 */
final class PartReader {

  private static final long CACHED_SAMPLES = 4_000_000;
  private static final long REMEMBERED_PARTS = 100_000;

  private final ChunkStore store;
  private final Cache<Key, List<Sample>> samples =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_SAMPLES)
          .<Key, List<Sample>>weigher((key, list) -> list.size() + 8)
          .build();

  /** Parts that proved themselves within the last minute. */
  private final Cache<Key, Boolean> verified =
      Caffeine.newBuilder()
          .maximumSize(REMEMBERED_PARTS)
          .expireAfterWrite(Duration.ofMinutes(1))
          .build();

  private record Key(ChunkFileId file, long offset) {}

  PartReader(ChunkStore store) {
    this.store = store;
  }

  /** A part, its checksum compared. */
  StoredPart read(ChunkFileId file, PartEntry part) {
    StoredPart read = store.readPart(file, part);
    verified.put(new Key(file, part.offset()), Boolean.TRUE);
    return read;
  }

  /** The payload where it lies on disk, of a part that has just proved itself. */
  Optional<FileSlice> openVerified(ChunkFileId file, PartEntry part) {
    return verified.getIfPresent(new Key(file, part.offset())) == null
        ? Optional.empty()
        : store.openPayload(file, part);
  }

  List<Sample> samples(ChunkFileId file, PartEntry part) {
    return samples.get(new Key(file, part.offset()), key -> store.readSamples(file, part));
  }
}
