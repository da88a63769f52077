// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.CorruptRecord;
import dev.weir.model.Part;
import dev.weir.model.PartEntry;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StoredPart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The body of a part record: fields, sample table, payload. The table has a checksum of its own, so
 * that it can be read without the payload. Immutable.
 */
record PartRecord(
    long fragmentCounter,
    RunId run,
    int trackIndex,
    boolean lastDurationGuessed,
    int sampleCount,
    long baseDecodeTime,
    int tableBytes,
    int payloadBytes,
    int tableCrc) {

  /** The pieces of a part's body: fields, table, then the payloads as they are. */
  static List<ByteBuffer> body(long fragmentCounter, RunId run, Part part, byte[] table) {
    var crc = new CRC32C();
    crc.update(table);
    var fields = ByteBuffer.allocate(StoreFormat.PART_FIELDS_BYTES);
    fields.putLong(fragmentCounter).putLong(run.value());
    fields
        .putShort((short) part.trackIndex())
        .putShort((short) (part.lastDurationGuessed() ? 1 : 0));
    fields.putInt(part.samples().size()).putLong(part.baseDecodeTime());
    fields
        .putInt(table.length)
        .putInt(Math.toIntExact(part.payloadBytes()))
        .putInt((int) crc.getValue())
        .flip();
    var pieces = new ArrayList<ByteBuffer>(part.payloads().size() + 2);
    pieces.add(fields);
    pieces.add(ByteBuffer.wrap(table));
    pieces.addAll(part.payloads());
    return pieces;
  }

  /** Reads the fields at the start of a body. */
  static PartRecord read(ByteBuffer body, String where) {
    if (body.remaining() < StoreFormat.PART_FIELDS_BYTES) {
      throw new CorruptRecord(
          "part record",
          where,
          StoreFormat.PART_FIELDS_BYTES + " bytes of fields",
          body.remaining() + " bytes");
    }
    ByteBuffer in = body.slice();
    var part =
        new PartRecord(
            in.getLong(),
            new RunId(in.getLong()),
            in.getShort() & 0xffff,
            (in.getShort() & 1) == 1,
            in.getInt(),
            in.getLong(),
            in.getInt(),
            in.getInt(),
            in.getInt());
    if (part.tableBytes < 0
        || part.payloadBytes < 0
        || part.sampleCount < 1
        || part.sampleCount > part.tableBytes) {
      throw new CorruptRecord("part record", where, "sizes that make sense", part.toString());
    }
    return part;
  }

  List<Sample> samples(ByteBuffer table, String where) {
    var crc = new CRC32C();
    crc.update(table.duplicate());
    if ((int) crc.getValue() != tableCrc) {
      throw new CorruptRecord(
          "sample table checksum",
          where,
          Integer.toHexString(tableCrc),
          Long.toHexString(crc.getValue()));
    }
    return SampleTable.decode(table, baseDecodeTime, sampleCount, where);
  }

  /** The whole part, from its body. */
  StoredPart part(ByteBuffer body, String where) {
    if (body.remaining() != StoreFormat.PART_FIELDS_BYTES + tableBytes + (long) payloadBytes) {
      throw new CorruptRecord(
          "part record length", where, "fields, table and payload", body.remaining() + " bytes");
    }
    int at = body.position() + StoreFormat.PART_FIELDS_BYTES;
    List<Sample> samples = samples(body.slice(at, tableBytes), where);
    long sum = samples.stream().mapToLong(Sample::size).sum();
    if (sum != payloadBytes) {
      throw new CorruptRecord("sample sizes", where, payloadBytes + " bytes", sum + " bytes");
    }
    return new StoredPart(
        trackIndex, samples, body.slice(at + tableBytes, payloadBytes).asReadOnlyBuffer());
  }

  static PartEntry entry(
      int trackIndex, List<Sample> samples, int payloadBytes, long offset, int recordBytes) {
    long duration = 0;
    long first = Long.MAX_VALUE;
    for (Sample sample : samples) {
      duration += sample.duration();
      first = Math.min(first, sample.presentationTime());
    }
    return new PartEntry(
        trackIndex,
        samples.getFirst().decodeTime(),
        duration,
        first,
        samples.size(),
        payloadBytes,
        samples.getFirst().sync(),
        offset,
        recordBytes);
  }
}
