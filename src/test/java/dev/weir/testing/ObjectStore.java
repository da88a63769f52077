// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A store like S3 of other people's making (s3rver) with one bucket. It looks at whose key a
 * request is signed with, not at the signature. Confined to one thread.
 */
public final class ObjectStore implements AutoCloseable {

  /** The key that it knows; its secret is the same. */
  public static final String KEY = "S3RVER";

  private static final Pattern LISTENS = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+)");
  private static final String OBJECT = "._S3rver_object";

  private final Path bucket;
  private final Program program;

  /**
   * @param folder where objects are kept, each in a file
   */
  public ObjectStore(Path folder, String bucket) {
    this.bucket = folder.resolve(bucket);
    Path programs = NodePrograms.folder();
    program =
        Program.start(
            programs,
            List.of(
                "node_modules/.bin/s3rver",
                "--directory",
                folder.toAbsolutePath().toString(),
                "--address",
                "127.0.0.1",
                "--port",
                "0",
                "--no-vhost-buckets",
                "--configure-bucket",
                bucket));
    Eventually.holds("s3rver listens", () -> LISTENS.matcher(program.output()).find());
  }

  public String url() {
    Matcher listens = LISTENS.matcher(program.output());
    if (!listens.find()) {
      throw new AssertionError(program.output() + program.errors());
    }
    return "http://" + listens.group(1);
  }

  /** Keys of what it holds, in order. */
  public List<String> keys() {
    try (Stream<Path> files = Files.walk(bucket)) {
      return files
          .map(file -> bucket.relativize(file).toString())
          .filter(name -> name.endsWith(OBJECT))
          .map(name -> name.substring(0, name.length() - OBJECT.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] object(String key) {
    try {
      return Files.readAllBytes(bucket.resolve(key + OBJECT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
