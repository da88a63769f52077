// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.inspect;

import dev.weir.bytes.ByteSource;
import dev.weir.bytes.DumpLine;
import dev.weir.bytes.FileSource;
import dev.weir.container.mkv.MatroskaDump;
import dev.weir.container.mp4.BoxDump;
import dev.weir.model.UnsupportedMedia;
import dev.weir.store.ChunkFileDump;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir inspect}: what a file is made of. */
@Command(
    name = "inspect",
    description = {
      "Print what a Matroska, WebM or MP4 file or one of Weir's chunk files is made of, a line each.",
      "A chunk file may be read while a server writes it. Bytes that make no sense are named as damaged; the exit status is then 1."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir inspect recording.mkv",
      "  weir inspect --json weir-data/streams/*/*.weir"
    })
public final class InspectCommand implements Callable<Integer> {

  private static final int SNIFF_BYTES = 12;

  /** What a file is, and how its dump is laid out. */
  private enum Kind {
    CHUNK_FILE("Weir chunk file", "record", 12),
    MATROSKA("Matroska", "element", 36),
    MP4("MP4", "box", 24);

    private final String name;
    private final String unit;
    private final int nameColumns;

    Kind(String name, String unit, int nameColumns) {
      this.name = name;
      this.unit = unit;
      this.nameColumns = nameColumns;
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "Files to print.", arity = "1..*")
  private Path[] files;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  private boolean damaged;

  @Override
  public Integer call() {
    for (Path file : files) {
      inspect(file);
    }
    return damaged ? 1 : 0;
  }

  private void inspect(Path path) {
    try (FileSource file = FileSource.open(path)) {
      ByteBuffer first = ByteBuffer.allocate((int) Math.min(SNIFF_BYTES, file.length()));
      file.read(0, first);
      first.flip();
      if (ChunkFileDump.canRead(path, first)) {
        print(path, file, Kind.CHUNK_FILE, line -> ChunkFileDump.write(path, file, line));
      } else if (MatroskaDump.canRead(first)) {
        print(path, file, Kind.MATROSKA, line -> MatroskaDump.write(file, line));
      } else if (BoxDump.canRead(first)) {
        print(path, file, Kind.MP4, line -> BoxDump.write(file, line));
      } else {
        throw new UnsupportedMedia(
            "not a file that can be inspected",
            path.toString(),
            "Matroska, WebM, MP4 or a Weir chunk file",
            "something else");
      }
    }
  }

  private void print(Path path, ByteSource file, Kind kind, Consumer<Consumer<DumpLine>> dump) {
    PrintWriter out = spec.commandLine().getOut();
    var text = new DumpText(kind.nameColumns);
    if (!json) {
      out.println(path + ": " + kind.name + ", " + file.length() + " bytes");
      out.println(text.heading(kind.unit));
    }
    dump.accept(line -> {
      damaged |= tellsOfDamage(line);
      out.println(json ? DumpJson.of(line) : text.of(line));
    });
    out.flush();
  }

  private static boolean tellsOfDamage(DumpLine line) {
    return line.name().equals("damaged")
        || line.fields().containsKey("missing")
        || line.fields().containsKey("senseless");
  }
}
