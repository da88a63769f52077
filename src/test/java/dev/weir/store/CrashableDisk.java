// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what was forced. From its crash point on every operation fails; after
 * {@link #restart} only what was forced is sure to be there: names that were created, renamed or
 * deleted since their folder was last forced may or may not have changed, and unforced sectors are
 * dropped, cut, zeroed, torn or reordered ({@link CrashableFile#crash}). Thread-safe.
 */
public final class CrashableDisk implements Disk {

  /** How a server ends. */
  public enum End {
    /** The process dies; the page cache lives on, still unforced. */
    KILL,
    /** Everything that was not forced is at risk. */
    POWER
  }

  private static final Path ROOT = Path.of("");

  /** A change of a folder's names that was not forced yet; a rename is one change. */
  private record Change(@Nullable Path removed, @Nullable Path added, @Nullable Object what) {}

  /** A folder, as an entry of another. */
  private record Folder() {}

  private final Map<Path, Object> seen = new TreeMap<>();
  private final Map<Path, Object> forced = new TreeMap<>();
  private final Map<Path, List<Change>> pending = new HashMap<>();
  private long operationsLeft = Long.MAX_VALUE;
  private int life;
  private boolean failNextForce;
  private boolean failNextFolderForce;

  /** From the {@code count}th change or force from now on, power is off. */
  public synchronized void crashAfter(long count) {
    operationsLeft = count;
  }

  public synchronized boolean crashed() {
    return operationsLeft <= 0;
  }

  /** The next force of a file fails, and what it should have forced is then never written. */
  public synchronized void failNextForce() {
    failNextForce = true;
  }

  /** The next force of a folder fails. */
  public synchronized void failNextFolderForce() {
    failNextFolderForce = true;
  }

  public synchronized void restart(End end, Random random) {
    operationsLeft = Long.MAX_VALUE;
    failNextForce = false;
    life++;
    if (end == End.KILL) {
      return;
    }
    // Folder changes reach the medium in order up to some point, or any of them.
    for (List<Change> changes : pending.values()) {
      boolean inOrder = random.nextBoolean();
      int until = random.nextInt(changes.size() + 1);
      for (int i = 0; i < changes.size(); i++) {
        if (inOrder ? i < until : random.nextBoolean()) {
          apply(changes.get(i));
        }
      }
    }
    pending.clear();
    seen.clear();
    forced.forEach((path, what) -> {
      Path parent = parent(path);
      if (parent.equals(ROOT) || seen.containsKey(parent)) {
        seen.put(path, what);
      }
    });
    forced.clear();
    forced.putAll(seen);
    for (Object each : seen.values()) {
      if (each instanceof CrashableFile file) {
        file.crash(random);
      }
    }
  }

  private void apply(Change change) {
    if (change.removed != null && change.what != null && !forced.containsKey(change.removed)) {
      // A rename of something whose creation was lost.
      return;
    }
    if (change.removed != null) {
      forced.remove(change.removed);
    }
    if (change.added != null && change.what != null) {
      forced.put(change.added, change.what);
    }
  }

  /** Whether a file is sure to survive as it is now: bytes, name, and all folders above. */
  public synchronized boolean survives(Path path) {
    if (!(seen.get(path) instanceof CrashableFile file)
        || !file.isForced()
        || forced.get(path) != file) {
      return false;
    }
    for (Path at = path; !at.equals(ROOT); at = parent(at)) {
      Path here = at;
      boolean moving =
          pending.getOrDefault(parent(at), List.of()).stream()
              .anyMatch(change -> here.equals(change.removed) || here.equals(change.added));
      if (moving || !forced.containsKey(at)) {
        return false;
      }
    }
    return true;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? ROOT : parent;
  }

  /** Counts a change towards the crash point. */
  private void change() throws PowerLoss {
    look();
    operationsLeft--;
    look();
  }

  private void look() throws PowerLoss {
    if (operationsLeft <= 0) {
      throw new PowerLoss();
    }
  }

  private void record(Change change, Path folder) {
    pending.computeIfAbsent(folder, key -> new ArrayList<>()).add(change);
  }

  private CrashableFile file(Path path) throws IOException {
    if (seen.get(path) instanceof CrashableFile file) {
      return file;
    }
    throw new NoSuchFileException(path.toString());
  }

  @Override
  public synchronized Handle create(Path path) throws IOException {
    change();
    if (seen.containsKey(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (!parent(path).equals(ROOT) && !seen.containsKey(parent(path))) {
      throw new NoSuchFileException(path.toString());
    }
    var file = new CrashableFile();
    seen.put(path, file);
    record(new Change(null, path, file), parent(path));
    return new OpenHandle(file);
  }

  @Override
  public synchronized Handle open(Path path) throws IOException {
    look();
    return new OpenHandle(file(path));
  }

  @Override
  public Handle openForReading(Path path) throws IOException {
    return open(path);
  }

  @Override
  public synchronized boolean exists(Path path) throws IOException {
    look();
    return seen.containsKey(path);
  }

  @Override
  public synchronized boolean isFile(Path path) throws IOException {
    look();
    return seen.get(path) instanceof CrashableFile;
  }

  @Override
  public synchronized List<Path> list(Path folder) throws IOException {
    look();
    return seen.keySet().stream().filter(path -> parent(path).equals(folder)).toList();
  }

  @Override
  public synchronized void createFolders(Path folder) throws IOException {
    look();
    if (folder.equals(ROOT) || seen.containsKey(folder)) {
      return;
    }
    createFolders(parent(folder));
    change();
    var made = new Folder();
    seen.put(folder, made);
    record(new Change(null, folder, made), parent(folder));
    forceFolder(parent(folder));
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    change();
    CrashableFile file = file(from);
    seen.remove(from);
    seen.put(to, file);
    record(new Change(from, to, file), parent(from));
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    change();
    if (seen.remove(path) != null) {
      record(new Change(path, null, null), parent(path));
    }
  }

  @Override
  public synchronized void forceFolder(Path folder) throws IOException {
    change();
    if (failNextFolderForce) {
      failNextFolderForce = false;
      throw new IOException("device says no");
    }
    if (!folder.equals(ROOT) && !seen.containsKey(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    Optional.ofNullable(pending.remove(folder)).ifPresent(changes -> changes.forEach(this::apply));
  }

  @Override
  public String identity() {
    return "crashable";
  }

  @Override
  public long freeBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void close() {}

  private final class OpenHandle implements Handle {

    private final CrashableFile file;
    private final int openedIn;

    OpenHandle(CrashableFile file) {
      this.file = file;
      this.openedIn = life;
    }

    private void mine() {
      if (openedIn != life) {
        throw new AssertionError("a handle outlived its process");
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (CrashableDisk.this) {
        look();
        return file.size();
      }
    }

    @Override
    public void append(List<ByteBuffer> buffers) throws IOException {
      synchronized (CrashableDisk.this) {
        mine();
        for (ByteBuffer buffer : buffers) {
          var bytes = new byte[buffer.remaining()];
          buffer.duplicate().get(bytes);
          file.append(bytes);
        }
        change();
      }
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
      synchronized (CrashableDisk.this) {
        look();
        byte[] bytes = file.bytes();
        if (offset + into.remaining() > bytes.length) {
          throw new EOFException("end of file at byte " + bytes.length);
        }
        into.put(bytes, Math.toIntExact(offset), into.remaining());
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (CrashableDisk.this) {
        mine();
        change();
        if (failNextForce) {
          failNextForce = false;
          file.failForce();
          throw new IOException("device says no");
        }
        file.force();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (CrashableDisk.this) {
        mine();
        file.truncate(Math.toIntExact(size));
        change();
      }
    }

    @Override
    public void close() {}
  }
}
