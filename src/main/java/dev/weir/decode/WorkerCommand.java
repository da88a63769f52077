// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** How a worker process of a kind is started: this very JVM and class path again. Stateless. */
final class WorkerCommand {

  /** Largest heap of a worker; what FFmpeg allocates comes on top of it. */
  private static final String HEAP = "-Xmx256m";

  private WorkerCommand() {}

  /** The command line, or nothing when this kind is not installed here. */
  static Optional<List<String>> of(DecoderKind kind, Optional<Path> folder) {
    var classPath = new StringJoiner(File.pathSeparator);
    classPath.add(System.getProperty("java.class.path", ""));
    boolean installed =
        switch (kind) {
          case FFMPEG -> present("org/bytedeco/ffmpeg/global/avcodec.class");
          case JCODEC -> present("org/jcodec/codecs/h264/H264Decoder.class");
          case HUMBLE -> {
            List<Path> jars = folder.map(each -> jars(each.resolve("humble"))).orElse(List.of());
            jars.forEach(jar -> classPath.add(jar.toString()));
            yield !jars.isEmpty();
          }
        };
    return installed
        ? Optional.of(java(classPath.toString(), kind.workerClass()))
        : Optional.empty();
  }

  /** A worker of this class path whose main class is given. */
  static List<String> java(String classPath, String mainClass) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    // One processor: the virtual machine then starts few threads; decoders start their own.
    return List.of(
        java.toString(),
        "-XX:ActiveProcessorCount=1",
        HEAP,
        "-XX:+UseSerialGC",
        "-Djava.awt.headless=true",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        classPath,
        mainClass);
  }

  private static boolean present(String resource) {
    return ClassLoader.getSystemResource(resource) != null;
  }

  private static List<Path> jars(Path folder) {
    var jars = new ArrayList<Path>();
    if (!Files.isDirectory(folder)) {
      return jars;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
      found.forEach(jars::add);
      return jars;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
