// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.bytes.PrivateFile;
import dev.weir.model.NotFound;
import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access keys of a server: a file in its data folder that only its user can read, so whoever
 * may write there may make keys, before the first start as well. A running server sees changes at
 * its next {@link #refresh}. Thread-safe; finding does no I/O.
 */
public final class AccessKeys {

  /** Its name in a data folder. */
  public static final String FILE = "weir-data.keys";

  private static final Logger LOG = LoggerFactory.getLogger(AccessKeys.class);
  private static final String ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int ID_LENGTH = 16;
  private static final int SECRET_BYTES = 30;
  private static final int TOKEN_BYTES = 96;

  private final Path file;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private volatile Map<String, AccessKey> byId = Map.of();
  private Optional<Version> readOf = Optional.empty();

  /** Two files may follow one another within a tick of the clock, but not as the same inode. */
  private record Version(FileTime changed, String inode) {
    static Version of(Path file) throws IOException {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Version(attributes.lastModifiedTime(), String.valueOf(attributes.fileKey()));
    }
  }

  /** Reads the keys of a data folder, which may have none. */
  public AccessKeys(Path folder, InstantSource clock) {
    this.file = folder.resolve(FILE);
    this.clock = clock;
    refresh();
  }

  /** Whether there are any: then calls must be signed. */
  public boolean any() {
    return !byId.isEmpty();
  }

  /** A key by its id; one that has expired is found until the next is made. */
  public Optional<AccessKey> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** In the order in which they were made. */
  public List<AccessKey> list() {
    return AccessKeysDocument.inOrder(byId.values());
  }

  /**
   * Makes a key. Blocks on the disk.
   *
   * @param lifetime with one the key is temporary and has a session token
   */
  public AccessKey create(String name, Optional<Duration> lifetime, List<Permission> permissions) {
    Instant now = clock.instant();
    var key =
        new AccessKey(
            (lifetime.isPresent() ? "ASIA" : "AKIA") + letters(),
            text(SECRET_BYTES),
            lifetime.map(any -> text(TOKEN_BYTES)),
            name,
            now,
            lifetime.map(now::plus),
            permissions);
    change(keys -> {
      keys.removeIf(each -> each.expired(now));
      keys.add(key);
      return keys;
    });
    return key;
  }

  /**
   * Takes a key away. Blocks on the disk.
   *
   * @throws NotFound when there is none
   */
  public void revoke(String id) {
    change(keys -> {
      if (!keys.removeIf(each -> each.id().equals(id))) {
        throw new NotFound("no such key", "key", "the id of a key", id);
      }
      return keys;
    });
  }

  /** Looks whether the file has changed, and reads it if so; what can't be read changes nothing. */
  public synchronized void refresh() {
    try {
      Optional<Version> changed =
          Files.exists(file) ? Optional.of(Version.of(file)) : Optional.empty();
      if (!changed.equals(readOf)) {
        take(changed.isPresent() ? AccessKeysDocument.read(Files.readAllBytes(file)) : List.of());
        readOf = changed;
      }
    } catch (IOException e) {
      LOG.error("keys stay as they were: {} can't be read: {}", file, e.toString());
    }
  }

  private void take(List<AccessKey> keys) {
    byId = keys.stream().collect(Collectors.toUnmodifiableMap(AccessKey::id, key -> key));
  }

  private synchronized void change(Function<List<AccessKey>, List<AccessKey>> step) {
    try (FileChannel channel =
            FileChannel.open(
                file.resolveSibling(FILE + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      refresh();
      List<AccessKey> changed = step.apply(new ArrayList<>(list()));
      PrivateFile.write(file, AccessKeysDocument.write(changed));
      take(changed);
      readOf = Optional.of(Version.of(file));
    } catch (IOException e) {
      throw new StorageFailure("keys", file.toString(), "a file that can be written", e.toString());
    }
  }

  private String letters() {
    var id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
    }
    return id.toString();
  }

  private String text(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
