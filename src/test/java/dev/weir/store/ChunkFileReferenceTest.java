// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Codec;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.LivePlace;
import dev.weir.model.Part;
import dev.weir.model.Rotation;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StreamId;
import dev.weir.model.Track;
import dev.weir.model.VideoFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Holds reference/chunk-file.md and the store together: what one writes, the other explains. */
final class ChunkFileReferenceTest {

  private static final StreamId STREAM = new StreamId(new UUID(0x0123_4567_89ab_cdefL, 42));
  private static final ChunkFileId FILE = new ChunkFileId(STREAM, 0x0006_1122_3344_5566L);
  private static final RunHeader RUN =
      new RunHeader(
          new RunId(77),
          List.of(
              new Track(
                  0,
                  90_000,
                  "eng",
                  new Codec.Avc(
                      Bytes.fromHex("0164001fffe1"),
                      "avc1.64001f",
                      new VideoFormat(640, 360, 4, 3, 30_000, 1001, 2, 4))),
              new Track(
                  1,
                  1000,
                  "und",
                  new Codec.Hevc(
                      Bytes.fromHex("01016000"),
                      "hvc1.1.6.L93.B0",
                      new VideoFormat(1280, 720, 1, 1, 0, 1, 3, 4, Rotation.LEFT))),
              new Track(
                  2,
                  48_000,
                  "ger",
                  new Codec.Aac(
                      Bytes.fromHex("1190"), "mp4a.40.2", new AudioFormat(48_000, 2, 1024, 0))),
              new Track(
                  3,
                  48_000,
                  "und",
                  new Codec.Opus(
                      Bytes.fromHex("4f707573"), "opus", new AudioFormat(48_000, 1, 0, 312)))),
          1_700_000_000_000_000_000L,
          1_700_000_000_123_000_000L,
          true,
          true);

  private final Random random = new Random(1);
  private final StoredSamples media = new StoredSamples(random);
  private final List<Part> parts = List.of(media.part(), media.part(), media.part());
  private final FragmentNumber first = new FragmentNumber(1001, 1_700_000_000_123L, 0x0abc_def1);
  private final Gap live =
      new Gap(5, 9, GapReason.STORAGE, "disk said no", Optional.of(new LivePlace(8, 2)));

  /** A sealed file with every kind of record in it. */
  private byte[] written() throws IOException {
    var disk = new CrashableDisk();
    var executor = new StepExecutor();
    executor.direct();
    var options = new StoreOptions(1, 1 << 20, Long.MAX_VALUE / 4, 0, 1 << 20);
    try (var store = new FileChunkStore(Map.of("disk", disk), options, new Nobody(), executor)) {
      ChunkWriter writer = store.acquire(STREAM, Durability.FSYNC, FILE::value);
      writer.run(RUN, Chain.begin());
      writer.begin(first);
      parts.subList(0, 2).forEach(writer::append);
      writer.end(end(first, true)).join();
      writer.begin(new FragmentNumber(1002, 1, 1));
      writer.append(parts.get(2));
      writer.abandon();
      writer.gap(live).join();
      writer
          .gap(new Gap(1, 2, GapReason.SOURCE, "the producer went away", Optional.empty()))
          .join();
      var second = new FragmentNumber(1003, 1_700_000_002_000L, 3);
      writer.begin(second);
      writer.append(parts.get(2));
      writer.end(end(second, false)).join();
      writer.release();
      store.sealIdle(STREAM);
      try (Disk.Handle handle = disk.openForReading(Layout.sealed(FILE))) {
        var bytes = ByteBuffer.allocate(Math.toIntExact(handle.size()));
        handle.read(0, bytes);
        return bytes.array();
      }
    }
  }

  private FragmentEnd end(FragmentNumber number, boolean full) {
    return new FragmentEnd(
        number,
        RUN.run(),
        11,
        22,
        33,
        true,
        FragmentState.WHOLE,
        3,
        full ? Optional.of(new LivePlace(4, 5)) : Optional.empty(),
        full ? Optional.of(new FragmentNumber(900, 1, 2)) : Optional.empty(),
        full ? Bytes.fromHex("0badcafe") : Bytes.EMPTY);
  }

  /** A record, decoded by the page. */
  private record Found(long type, int offset, ByteBuffer body, DocumentedLayout.Fields fields) {}

  private static final List<String> BODIES =
      List.of("", "run header", "part", "fragment end", "abandon", "gap", "index");

  @Test
  void thePageExplainsEveryByteThatTheStoreWrites() throws Exception {
    byte[] file = written();
    var page = new DocumentedLayout(Path.of("src/site/markdown/reference/chunk-file.md"));
    ByteBuffer in = ByteBuffer.wrap(file);

    DocumentedLayout.Fields header = page.decode("file header", in);
    assertThat(header.byName())
        .containsEntry("magic", StoreFormat.FILE_MAGIC)
        .containsEntry("version", (long) StoreFormat.VERSION)
        .containsEntry("header length", (long) in.position())
        .containsEntry("file", FILE.value())
        .containsEntry("checksum", crc(file, 0, 44));

    List<Found> records = records(page, file, in);
    assertThat(records)
        .extracting(Found::type)
        .containsExactly(1L, 2L, 2L, 3L, 2L, 4L, 5L, 5L, 2L, 3L, 6L);
    DocumentedLayout.Fields trailer = page.decode("trailer", in);
    assertThat(in.hasRemaining()).as("bytes that the page does not explain").isFalse();
    assertThat(trailer.byName())
        .containsEntry("magic", StoreFormat.SEAL_MAGIC)
        .containsEntry("index offset", (long) records.getLast().offset)
        .containsEntry("checksum", crc(file, file.length - 24, 20));

    checkRun(records.getFirst().fields);
    checkParts(records.subList(1, 3));
    checkEnd(records.get(3).fields, records.subList(1, 4), new byte[32]);
    checkEnd(records.get(9).fields, records.subList(8, 10), records.get(3).fields.bytes("hash"));
    assertThat(records.get(5).fields.byName()).containsEntry("fragment counter", 1002L);
    assertThat(records.get(6).fields.byName())
        .containsEntry("reason", 3L)
        .containsEntry("live ordinal", 8L)
        .containsEntry("detail", "disk said no");
    assertThat(records.get(7).fields.byName())
        .containsEntry("reason", 1L)
        .doesNotContainKey("live ordinal");
    checkIndex(records);
  }

  private static List<Found> records(DocumentedLayout page, byte[] file, ByteBuffer in) {
    var records = new ArrayList<Found>();
    while (records.isEmpty() || records.getLast().type != 6) {
      int offset = in.position();
      DocumentedLayout.Fields header = page.decode("record header", in);
      assertThat(header.byName())
          .containsEntry("magic", (long) StoreFormat.RECORD_MAGIC)
          .containsEntry("sequence", (long) records.size());
      int length = Math.toIntExact(header.number("body length"));
      assertThat(header.byName()).containsEntry("body checksum", crc(file, in.position(), length));
      var identified = ByteBuffer.allocate(48).put(file, offset, 24).put(file, 12, 24).array();
      assertThat(header.byName()).containsEntry("header checksum", crc(identified, 0, 48));
      ByteBuffer bodyIn = in.slice(in.position(), length);
      long type = header.number("type");
      DocumentedLayout.Fields fields = page.decode(BODIES.get(Math.toIntExact(type)), bodyIn);
      assertThat(bodyIn.hasRemaining()).as("unexplained bytes in %s", fields).isFalse();
      records.add(new Found(type, offset, bodyIn.rewind(), fields));
      in.position(in.position() + length);
    }
    return records;
  }

  private static void checkRun(DocumentedLayout.Fields run) {
    assertThat(run.byName())
        .containsEntry("run", 77L)
        .containsEntry("producer anchor", RUN.anchorProducerNs())
        .containsEntry("flags", 7L);
    List<DocumentedLayout.Fields> tracks = run.list("tracks");
    assertThat(tracks)
        .extracting(each -> each.byName().get("codec"))
        .containsExactly(1L, 2L, 3L, 4L);
    assertThat(tracks).extracting(each -> each.byName().get("language")).contains("eng", "ger");
    assertThat(tracks.getFirst().inner("video").byName())
        .containsEntry("sar numerator", 4L)
        .containsEntry("frame rate denominator", 1001L)
        .containsEntry("reorder depth", 2L);
    assertThat(run.list("rotations"))
        .extracting(each -> each.number("degrees"))
        .containsExactly(0L, 270L, 0L, 0L);
    assertThat(tracks.getLast().inner("audio").byName()).containsEntry("pre-skip", 312L);
  }

  private void checkParts(List<Found> found) {
    for (int i = 0; i < found.size(); i++) {
      DocumentedLayout.Fields fields = found.get(i).fields;
      byte[] table = fields.bytes("sample table");
      assertThat(fields.byName())
          .containsEntry("fragment counter", 1001L)
          .containsEntry("sample count", (long) parts.get(i).samples().size())
          .containsEntry("base decode time", parts.get(i).samples().getFirst().decodeTime())
          .containsEntry("table checksum", crc(table, 0, table.length))
          .containsEntry("payload", StoredSamples.payload(parts.get(i)).array());
      checkTable(parts.get(i).samples(), table);
    }
  }

  /** By the page's words on the sample table. */
  private static void checkTable(List<Sample> samples, byte[] table) {
    ByteBuffer in = ByteBuffer.wrap(table);
    int offset = 0;
    for (Sample sample : samples) {
      assertThat(number(in)).isEqualTo(sample.duration());
      long zigZag = number(in);
      offset += (int) (zigZag % 2 == 0 ? zigZag / 2 : -(zigZag + 1) / 2);
      assertThat(offset).isEqualTo(sample.compositionOffset());
      long size = number(in);
      assertThat(size / 4).isEqualTo(sample.size());
      assertThat(size % 2 == 1).isEqualTo(sample.sync());
      assertThat(size % 4 >= 2 ? number(in) : 0).isEqualTo(sample.discardPaddingNs());
    }
    assertThat(in.hasRemaining()).isFalse();
  }

  private static long number(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte group = in.get();
      value += (long) (group & 0x7f) << shift;
      if (group >= 0) {
        return value;
      }
    }
  }

  private static void checkEnd(DocumentedLayout.Fields end, List<Found> of, byte[] previous)
      throws Exception {
    assertThat(end.byName()).containsEntry("producer time", 11L).containsEntry("segment count", 3L);
    assertThat(end.inner("number").byName()).containsKey("random");
    assertThat(end.byName()).containsEntry("previous hash", previous);
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    for (Found part : of.subList(0, of.size() - 1)) {
      hash.update(part.fields.bytes("sample table"));
      hash.update(part.fields.bytes("payload"));
    }
    ByteBuffer body = of.getLast().body;
    hash.update(body.slice(0, body.limit() - 32));
    assertThat(end.byName()).containsEntry("hash", hash.digest());
  }

  private static void checkIndex(List<Found> records) {
    DocumentedLayout.Fields index = records.getLast().fields;
    assertThat(index.list("runs")).hasSize(1);
    assertThat(index.list("gaps")).hasSize(2);
    List<DocumentedLayout.Fields> fragments = index.list("fragments");
    assertThat(fragments).hasSize(2);
    DocumentedLayout.Fields end = fragments.getFirst().inner("end");
    assertThat(end.byName())
        .containsEntry("live ordinal", 4L)
        .containsEntry("hash", records.get(3).fields.bytes("hash"));
    assertThat(end.inner("duplicate of").byName()).containsEntry("counter", 900L);
    assertThat(fragments.getFirst().list("parts"))
        .extracting(each -> each.byName().get("offset"))
        .containsExactly((long) records.get(1).offset, (long) records.get(2).offset);
  }

  private static long crc(byte[] bytes, int from, int count) {
    var crc = new CRC32C();
    crc.update(bytes, from, count);
    return crc.getValue();
  }

  private static final class Nobody implements StoreListener {
    @Override
    public void opened(ChunkFileId file) {}

    @Override
    public void sealed(FileIndex index) {
      assertThat(index.fragments()).extracting(FragmentEntry::file).containsOnly(FILE);
    }

    @Override
    public void discarded(ChunkFileId file) {}

    @Override
    public void failed(ChunkFileId file, dev.weir.model.StorageFailure cause) {
      throw cause;
    }
  }
}
