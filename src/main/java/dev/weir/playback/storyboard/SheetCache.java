// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.storyboard;

import dev.weir.model.Bytes;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sheets that were drawn, as files in a folder a stream, no more than a budget of bytes: who was
 * not asked for longest goes first. Losing it costs only time, so nothing is forced, and what can't
 * be written is not kept. Thread-safe; blocks on the disk.
 */
final class SheetCache {

  private static final Logger LOG = LoggerFactory.getLogger(SheetCache.class);
  private static final String SUFFIX = ".jpg";

  private final Path folder;
  private final long budgetBytes;
  private final InstantSource clock;

  SheetCache(Path folder, long budgetBytes, InstantSource clock) {
    this.folder = folder;
    this.budgetBytes = budgetBytes;
    this.clock = clock;
  }

  private Path file(StreamId stream, long fromNs, String key) {
    return folder.resolve(stream.toString()).resolve(fromNs + "-" + key + SUFFIX);
  }

  synchronized Optional<Bytes> find(StreamId stream, long fromNs, String key) {
    Path file = file(stream, fromNs, key);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return Optional.of(Bytes.copyOf(Files.readAllBytes(file)));
    } catch (IOException e) {
      LOG.warn("a storyboard is drawn anew: {}", e.toString());
      return Optional.empty();
    }
  }

  synchronized void keep(StreamId stream, long fromNs, String key, Bytes sheet) {
    if (sheet.size() > budgetBytes) {
      return;
    }
    Path file = file(stream, fromNs, key);
    try {
      Files.createDirectories(file.getParent());
      makeRoom(sheet.size());
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.write(part, sheet.toArray());
      Files.setLastModifiedTime(part, FileTime.from(clock.instant()));
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("a storyboard is not kept: {}", e.toString());
    }
  }

  private record Kept(Path file, long bytes, FileTime asked) {}

  private void makeRoom(long wantedBytes) throws IOException {
    var all = new ArrayList<Kept>();
    long bytes = wantedBytes;
    for (Path stream : list(folder)) {
      for (Path file : list(stream)) {
        var kept = new Kept(file, Files.size(file), Files.getLastModifiedTime(file));
        all.add(kept);
        bytes += kept.bytes;
      }
    }
    all.sort(Comparator.comparing(Kept::asked));
    for (Kept kept : all) {
      if (bytes <= budgetBytes) {
        return;
      }
      Files.delete(kept.file);
      bytes -= kept.bytes;
    }
  }

  /** Deletes what a stream has of before a time. */
  synchronized void forget(StreamId stream, long beforeNs) {
    Path ofStream = folder.resolve(stream.toString());
    try {
      for (Path file : list(ofStream)) {
        if (fromNs(file) < beforeNs) {
          Files.delete(file);
        }
      }
      if (list(ofStream).isEmpty()) {
        Files.deleteIfExists(ofStream);
      }
    } catch (IOException e) {
      LOG.error("storyboards of stream {} could not be deleted: {}", stream, e.toString());
    }
  }

  private static long fromNs(Path file) {
    String name = file.getFileName().toString();
    try {
      return Long.parseLong(name.substring(0, Math.max(0, name.lastIndexOf('-'))));
    } catch (NumberFormatException e) {
      // Not one of these: goes with the rest.
      return Long.MIN_VALUE;
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    var files = new ArrayList<Path>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
        found.forEach(files::add);
      }
    }
    return files;
  }
}
