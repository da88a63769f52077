// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The disks of a store and which chunk file lies on which: a file lies on one, and a disk that
 * fails takes its own files alone. Thread-safe.
 */
final class Volumes {

  private final List<Volume> all;
  private final Map<ChunkFileId, Volume> places = new ConcurrentHashMap<>();

  Volumes(List<Volume> all) {
    this.all = List.copyOf(all);
  }

  List<Volume> all() {
    return all;
  }

  /** The identities of the disks. */
  Set<String> identities() {
    return all.stream().map(each -> each.disk().identity()).collect(Collectors.toUnmodifiableSet());
  }

  void measure() {
    all.forEach(Volume::measure);
  }

  /** Room on all disks together. */
  long freeBytes() {
    return all.stream().mapToLong(each -> Math.max(0, each.freeBytes())).reduce(0, Volumes::sum);
  }

  private static long sum(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  /**
   * The disk for a new file: of those that work and have room, the one with most room for each open
   * file.
   *
   * @throws StorageFailure when there is none
   */
  Volume choose(ChunkFileId file) {
    Volume volume =
        all.stream()
            .filter(each -> each.failure().isEmpty() && !each.full())
            .max(
                Comparator.<Volume>comparingInt(each -> each.avoided() ? 0 : 1)
                    .thenComparingLong(Volume::shareBytes))
            .orElseThrow(this::refusal);
    places.put(file, volume);
    return volume;
  }

  /** Why no file can be begun; empty while one can. */
  Optional<StorageFailure> refused() {
    boolean writable = all.stream().anyMatch(each -> each.failure().isEmpty() && !each.full());
    return writable ? Optional.empty() : Optional.of(refusal());
  }

  private StorageFailure refusal() {
    return all.stream().anyMatch(each -> each.failure().isEmpty())
        ? StorageFailure.diskFull(names(), "room for media", freeBytes() + " bytes free")
        : all.getFirst().failure().orElseThrow();
  }

  private String names() {
    return String.join(", ", all.stream().map(Volume::name).toList());
  }

  void remember(ChunkFileId file, Volume volume) {
    places.put(file, volume);
  }

  void forget(ChunkFileId file) {
    places.remove(file);
  }

  /** The disk on which a file lies; empty when it lies on none. */
  Optional<Volume> of(ChunkFileId file) throws IOException {
    if (all.size() == 1) {
      return Optional.of(all.getFirst());
    }
    Volume known = places.get(file);
    if (known != null) {
      return Optional.of(known);
    }
    for (Volume volume : all) {
      if (volume.disk().exists(Layout.sealed(file)) || volume.disk().exists(Layout.open(file))) {
        places.put(file, volume);
        return Optional.of(volume);
      }
    }
    return Optional.empty();
  }

  /** The disks that have a sealed file: more than one where somebody has copied it. */
  List<Volume> with(ChunkFileId file) throws IOException {
    if (all.size() == 1) {
      return all;
    }
    var with = new ArrayList<Volume>();
    for (Volume volume : all) {
      if (volume.disk().exists(Layout.sealed(file))) {
        with.add(volume);
      }
    }
    return with;
  }

  /** Sealed files on more than one disk, with the disks' names; that which is read comes first. */
  Map<ChunkFileId, List<String>> copies() throws IOException {
    var copies = new LinkedHashMap<ChunkFileId, List<String>>();
    for (ChunkFileId file : twice()) {
      var names = new LinkedHashSet<String>();
      of(file).ifPresent(volume -> names.add(volume.name()));
      with(file).forEach(volume -> names.add(volume.name()));
      copies.put(file, List.copyOf(names));
    }
    return copies;
  }

  private Set<ChunkFileId> twice() throws IOException {
    var seen = new HashSet<ChunkFileId>();
    var twice = new LinkedHashSet<ChunkFileId>();
    for (Volume volume : all) {
      for (StreamId stream : streams()) {
        for (ChunkFileId file : files(volume, stream, StoreFormat.SEALED_SUFFIX)) {
          if (!seen.add(file)) {
            twice.add(file);
          }
        }
      }
    }
    return twice;
  }

  /** The disk that people know by a name. */
  Volume named(String name) {
    return all.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  /** A file may be sealed, and so renamed, between a look and an open. */
  Disk.Handle open(ChunkFileId file) throws IOException {
    Volume volume = of(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
    Disk disk = volume.disk();
    List<Path> names = List.of(Layout.sealed(file), Layout.open(file));
    for (Path path : volume.isOpen(file) ? names.reversed() : names) {
      try {
        return disk.openForReading(path);
      } catch (NoSuchFileException e) {
        // The other name.
      }
    }
    return disk.openForReading(Layout.sealed(file));
  }

  /** Streams that have a folder on any disk, in order of id. */
  List<StreamId> streams() throws IOException {
    var streams = new TreeSet<StreamId>();
    for (Volume volume : all) {
      for (Path folder : volume.disk().list(Layout.STREAMS)) {
        Layout.stream(folder).ifPresent(streams::add);
      }
    }
    return List.copyOf(streams);
  }

  /** A stream's files with a suffix, by age; one with a copy on another disk counts once. */
  List<ChunkFileId> files(StreamId stream, String suffix) throws IOException {
    var files = new TreeSet<ChunkFileId>(Comparator.comparingLong(ChunkFileId::value));
    for (Volume volume : all) {
      for (ChunkFileId file : files(volume, stream, suffix)) {
        files.add(file);
        if (all.size() > 1) {
          places.putIfAbsent(file, volume);
        }
      }
    }
    return List.copyOf(files);
  }

  private static List<ChunkFileId> files(Volume volume, StreamId stream, String suffix)
      throws IOException {
    return volume.disk().list(Layout.folder(stream)).stream()
        .flatMap(path -> Layout.file(stream, path, suffix).stream())
        .toList();
  }

  void close() throws IOException {
    for (Volume volume : all) {
      volume.disk().close();
    }
  }
}
