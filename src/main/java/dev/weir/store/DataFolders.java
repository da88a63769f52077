// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data folders of one archive, opened and locked. Where there are several, each knows the
 * others by identity and path, so that an empty mount point is not taken for a new disk; one that
 * is missing is named and left out, and its files alone are missing. Immutable.
 *
 * @param disks by path; whoever takes them closes them
 * @param catalogFolder where the catalog lies, on a disk that is there
 */
public record DataFolders(Map<String, Disk> disks, Path catalogFolder) {

  private static final Logger LOG = LoggerFactory.getLogger(DataFolders.class);
  private static final String MEMBERS = "weir-disks";
  private static final String CATALOG = "catalog.mv.db";

  /**
   * Opens folders, making those that are new.
   *
   * @throws StorageFailure when one is in use or belongs to other folders, or when none can be used
   */
  public static DataFolders open(List<Path> folders) {
    List<Path> paths = folders.stream().map(each -> each.toAbsolutePath().normalize()).toList();
    try {
      Map<String, Path> members = members(paths);
      Map<String, Disk> disks = new LinkedHashMap<>();
      var opened = new ArrayList<RealDisk>();
      var failures = new ArrayList<StorageFailure>();
      for (Path path : paths) {
        try {
          RealDisk disk = open(path, members);
          opened.add(disk);
          disks.put(path.toString(), disk);
        } catch (StorageFailure e) {
          failures.add(e);
        }
      }
      if (opened.isEmpty() || failures.stream().anyMatch(RealDisk::isInUse)) {
        for (RealDisk disk : opened) {
          disk.close();
        }
        throw failures.getFirst();
      }
      failures.forEach(each -> LOG.error("a data folder is left out: {}", each.getMessage()));
      remember(opened, members);
      return new DataFolders(disks, catalogFolder(opened));
    } catch (IOException e) {
      throw StoreEvents.storageFailure("data folders can't be used", paths.toString(), e);
    }
  }

  /** Whether a folder is one already. */
  public static boolean isDataFolder(Path folder) {
    return RealDisk.isDataFolder(folder);
  }

  /**
   * Makes sure that folders are the ones that are meant, before any is touched: with an identity
   * stated, an empty mount point is not taken for a new folder.
   *
   * @param identities each must be one of the folders'
   * @throws StorageFailure when one is not
   */
  public static void require(List<Path> folders, List<String> identities) {
    Map<Path, String> found = new LinkedHashMap<>();
    for (Path folder : folders) {
      found.put(folder, identity(folder).orElse("no data folder"));
    }
    for (String identity : identities) {
      if (!found.containsValue(identity)) {
        throw new StorageFailure(
            "data folder is not there",
            folders.toString(),
            "the identity " + identity + " (is its disk mounted?)",
            found.toString());
      }
    }
  }

  /** What tells a data folder from every other; empty where there is none. */
  public static Optional<String> identity(Path folder) {
    try {
      return Identity.isIn(folder) ? Optional.of(Identity.ofOrNew(folder)) : Optional.empty();
    } catch (IOException e) {
      throw StoreEvents.storageFailure("data folder can't be used", folder.toString(), e);
    }
  }

  private static RealDisk open(Path path, Map<String, Path> members) {
    if (members.containsValue(path) && !RealDisk.isDataFolder(path)) {
      throw new StorageFailure(
          "disk is not there",
          path.toString(),
          "the data folder that was here before (is it mounted?)",
          "a folder without an identity");
    }
    return RealDisk.at(path);
  }

  /** What the folders that are there say of all: identity, and where it was last. */
  private static Map<String, Path> members(List<Path> paths) throws IOException {
    Map<String, Path> all = new TreeMap<>();
    for (Path path : paths) {
      Path file = path.resolve(MEMBERS);
      if (!Files.exists(file)) {
        continue;
      }
      Map<String, Path> said = new TreeMap<>();
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        int space = line.indexOf(' ');
        said.put(line.substring(0, space), Path.of(line.substring(space + 1)));
      }
      if (!all.isEmpty() && said.keySet().stream().noneMatch(all::containsKey)) {
        throw new StorageFailure(
            "data folder of another server", path.toString(), all.toString(), said.toString());
      }
      all.putAll(said);
    }
    return all;
  }

  private static void remember(List<RealDisk> opened, Map<String, Path> members)
      throws IOException {
    Map<String, Path> now = new TreeMap<>(members);
    opened.forEach(disk -> now.put(disk.identity(), disk.root()));
    boolean known = now.equals(members) && opened.stream().allMatch(DataFolders::knows);
    if (now.size() < 2 || known) {
      return;
    }
    var text = new StringBuilder();
    now.forEach((identity, path) -> text.append(identity).append(' ').append(path).append('\n'));
    for (RealDisk disk : opened) {
      disk.writeText(MEMBERS, text.toString());
    }
  }

  private static boolean knows(RealDisk disk) {
    return disk.exists(Path.of(MEMBERS));
  }

  /** A disk that was away may have an old catalog: the newest counts, others are put aside. */
  private static Path catalogFolder(List<RealDisk> opened) throws IOException {
    var byAge = new ArrayList<Path>();
    for (RealDisk disk : opened) {
      if (Files.exists(disk.root().resolve(CATALOG))) {
        byAge.add(disk.root());
      }
    }
    if (byAge.isEmpty()) {
      return opened.getFirst().root();
    }
    var times = new TreeMap<Path, FileTime>();
    for (Path root : byAge) {
      times.put(root, Files.getLastModifiedTime(root.resolve(CATALOG)));
    }
    Path newest =
        times.entrySet().stream()
            .max(Comparator.comparing(Map.Entry::getValue))
            .orElseThrow()
            .getKey();
    for (Path root : byAge) {
      if (!root.equals(newest)) {
        Files.move(
            root.resolve(CATALOG),
            root.resolve("catalog.old"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return newest;
  }
}
