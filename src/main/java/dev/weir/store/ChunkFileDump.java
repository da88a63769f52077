// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.DumpLine;
import dev.weir.model.ChunkFileId;
import dev.weir.model.CorruptRecord;
import dev.weir.model.Gap;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes down a chunk file record by record, a line each, sealed or open, whole or damaged
 * (reference/chunk-file.md). Only reads, and takes no lock: a server may be appending to the file,
 * of which what was there at the beginning is seen. Confined to one thread.
 */
public final class ChunkFileDump implements RecordScanner.Visitor {

  /** Always to the nanosecond, so that times stand below each other. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(9).toFormatter(Locale.ROOT);

  private final ChunkFileId id;
  private final Disk.Handle file;
  private final Consumer<DumpLine> out;

  private ChunkFileDump(ChunkFileId id, Disk.Handle file, Consumer<DumpLine> out) {
    this.id = id;
    this.file = file;
    this.out = out;
  }

  /** Whether a file begins as chunk files do, or is named like one. */
  public static boolean canRead(Path name, ByteBuffer first) {
    return (first.remaining() >= 8 && first.getLong(first.position()) == StoreFormat.FILE_MAGIC)
        || ofName(name).isPresent();
  }

  /**
   * @param name where it lies, which tells whose file it is when its header is damaged
   * @throws CorruptRecord when neither header nor name tell: no record could prove itself
   */
  public static void write(Path name, ByteSource source, Consumer<DumpLine> out) {
    var file = new ReadOnly(source);
    try {
      Optional<FileHeader> header = FileHeader.read(file);
      ChunkFileId id =
          header
              .map(FileHeader::file)
              .or(() -> ofName(name))
              .orElseThrow(() ->
                  new CorruptRecord(
                      "file header", name.toString(), "the header of a chunk file", "another"));
      var dump = new ChunkFileDump(id, file, out);
      dump.header(header);
      dump.rest(new RecordScanner(id, file).scan(dump));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file that a path names by its folder and its own name. */
  private static Optional<ChunkFileId> ofName(Path name) {
    Path folder = name.toAbsolutePath().getParent();
    return Optional.ofNullable(folder)
        .filter(each -> each.getFileName() != null)
        .flatMap(Layout::stream)
        .flatMap(stream ->
            Layout.file(stream, name, StoreFormat.SEALED_SUFFIX)
                .or(() -> Layout.file(stream, name, StoreFormat.OPEN_SUFFIX)));
  }

  private void header(Optional<FileHeader> header) throws IOException {
    long length = Math.min(file.size(), StoreFormat.FILE_HEADER_BYTES);
    if (header.isEmpty()) {
      out.accept(
          DumpLine.of(0, 0, length, "damaged", "value", "no file header that proves itself"));
      return;
    }
    Map<String, Object> fields = DumpLine.fieldsOf("crc", "ok", "version", StoreFormat.VERSION);
    fields.put("stream", id.stream().toString());
    fields.put("file", id.baseName());
    if (header.get().replaces() != FileHeader.REPLACES_NONE) {
      fields.put("replaces", new ChunkFileId(id.stream(), header.get().replaces()).baseName());
    }
    out.accept(DumpLine.of(0, 0, length, "header", fields));
  }

  @Override
  public void visit(RecordHeader header, ByteBuffer body, long offset) {
    long length = StoreFormat.RECORD_HEADER_BYTES + (long) header.bodyBytes();
    Map<String, Object> fields = DumpLine.fieldsOf("sequence", header.sequence(), "crc", "ok");
    List<DumpLine> details = List.of();
    try {
      details = read(header, body, "byte " + offset, fields);
    } catch (WeirException | IllegalArgumentException | ArithmeticException e) {
      fields.put("senseless", String.valueOf(e.getMessage()));
    }
    out.accept(DumpLine.of(0, offset, length, name(header.type()), fields));
    details.forEach(out);
  }

  private static String name(int type) {
    return switch (type) {
      case StoreFormat.RUN -> "run";
      case StoreFormat.PART -> "part";
      case StoreFormat.FRAGMENT_END -> "fragment end";
      case StoreFormat.ABANDON -> "abandon";
      case StoreFormat.GAP -> "gap";
      case StoreFormat.INDEX -> "index";
      default -> "type " + type;
    };
  }

  private List<DumpLine> read(
      RecordHeader header, ByteBuffer body, String where, Map<String, Object> fields) {
    var in = new ByteReader(body, where);
    switch (header.type()) {
      case StoreFormat.RUN -> {
        return run(Records.readRun(in), fields);
      }
      case StoreFormat.PART -> part(body, where, fields);
      case StoreFormat.FRAGMENT_END -> {
        return end(Records.readEnd(in), fields);
      }
      case StoreFormat.GAP -> gap(Records.readGap(in), fields);
      case StoreFormat.INDEX -> {
        FileIndex index = IndexBuilder.readFooter(id, in).index(FileHeader.REPLACES_NONE, 0);
        fields.put("runs", index.runs().size());
        fields.put("fragments", index.fragments().size());
        if (!index.forgotten().isEmpty()) {
          fields.put("forgotten", index.forgotten().size());
        }
        fields.put("gaps", index.gaps().size());
      }
      default -> {}
    }
    return List.of();
  }

  private static List<DumpLine> run(RunHeader run, Map<String, Object> fields) {
    fields.put("run", run.run().value());
    fields.put("anchor", time(run.anchorProducerNs()));
    fields.put("server", time(run.anchorServerNs()));
    fields.put("arrival", run.arrivalAnchored());
    if (run.clockSuspect()) {
      fields.put("clockSuspect", true);
    }
    return run.tracks().stream().map(ChunkFileDump::track).toList();
  }

  private static DumpLine track(Track track) {
    return DumpLine.detail(
        1,
        "track " + track.index(),
        "codec",
        track.codec().shortName(),
        "codecs",
        track.codec().rfc6381(),
        "timescale",
        track.timescale(),
        "language",
        track.language(),
        "configuration",
        track.codec().configuration().size());
  }

  private static void part(ByteBuffer body, String where, Map<String, Object> fields) {
    PartRecord part = PartRecord.read(body, where);
    fields.put("fragment", part.fragmentCounter());
    fields.put("run", part.run().value());
    fields.put("track", part.trackIndex());
    fields.put("decodeTime", part.baseDecodeTime());
    fields.put("samples", part.sampleCount());
    fields.put("payload", part.payloadBytes());
    List<Sample> samples = part.part(body, where).samples();
    fields.put("ticks", samples.stream().mapToLong(Sample::duration).sum());
    fields.put("sync", samples.stream().filter(Sample::sync).count());
  }

  private static List<DumpLine> end(Records.StoredEnd stored, Map<String, Object> fields) {
    FragmentEnd end = stored.end();
    fields.put("fragment", end.number().counter());
    fields.put("run", end.run().value());
    fields.put("time", time(end.producerTimeNs()));
    fields.put("server", time(end.serverTimeNs()));
    fields.put("durationNs", end.durationNs());
    fields.put("parts", stored.partCount());
    fields.put("payload", stored.payloadBytes());
    fields.put("startsWithSync", end.startsWithSync());
    fields.put("state", end.state().name().toLowerCase(Locale.ROOT));
    end.live().ifPresent(place -> fields.put("liveOrdinal", place.liveOrdinal()));
    end.duplicateOf().ifPresent(number -> fields.put("duplicateOf", number.counter()));
    fields.put("number", end.number().toString());
    return List.of(
        DumpLine.detail(1, "previous", "value", stored.previous().toHex()),
        DumpLine.detail(1, "content", "value", stored.content().toHex()),
        DumpLine.detail(1, "hash", "value", stored.hash().toHex()));
  }

  private static void gap(Gap gap, Map<String, Object> fields) {
    fields.put("from", time(gap.fromNs()));
    fields.put("to", time(gap.toNs()));
    fields.put("reason", gap.reason().name().toLowerCase(Locale.ROOT));
    gap.live().ifPresent(place -> fields.put("liveOrdinal", place.liveOrdinal()));
    fields.put("detail", gap.detail());
  }

  private static String time(long ns) {
    return TIME.format(TimeRange.instant(ns));
  }

  @Override
  public void damaged(long fromOffset, long toOffset) {
    try {
      out.accept(damage(fromOffset, toOffset));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that prove nothing; a header that does still says what they were. */
  private DumpLine damage(long from, long to) throws IOException {
    var bytes = ByteBuffer.allocate((int) Math.min(StoreFormat.RECORD_HEADER_BYTES, to - from));
    file.read(from, bytes);
    return RecordHeader.read(id, bytes.flip())
        .map(header ->
            DumpLine.of(
                0,
                from,
                to - from,
                "damaged",
                "sequence",
                header.sequence(),
                "crc",
                "wrong",
                "was",
                name(header.type()),
                "of",
                StoreFormat.RECORD_HEADER_BYTES + (long) header.bodyBytes()))
        .orElseGet(
            () -> DumpLine.of(0, from, to - from, "damaged", "value", "no record proves itself"));
  }

  /** What comes after the last record: the trailer of a sealed file, or a torn tail. */
  private void rest(long from) throws IOException {
    long size = file.size();
    if (from >= size) {
      return;
    }
    if (size - from == StoreFormat.TRAILER_BYTES) {
      var bytes = ByteBuffer.allocate(StoreFormat.TRAILER_BYTES);
      file.read(from, bytes);
      Optional<Seal.Trailer> trailer = Seal.read(bytes.flip());
      if (trailer.isPresent()) {
        out.accept(
            DumpLine.of(
                0,
                from,
                size - from,
                "trailer",
                "crc",
                "ok",
                "index",
                trailer.get().indexOffset(),
                "length",
                trailer.get().indexRecordBytes()));
        return;
      }
    }
    out.accept(damage(from, size));
  }

  /** A source as a file that nobody writes. */
  private record ReadOnly(ByteSource source) implements Disk.Handle {
    @Override
    public long size() {
      return source.length();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
      source.read(offset, into);
    }

    @Override
    public void append(List<ByteBuffer> buffers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void force() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
