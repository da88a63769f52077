// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.FileSlice;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentEntry;
import dev.weir.model.PartEntry;
import dev.weir.model.Sample;
import dev.weir.model.StoredPart;
import dev.weir.model.WeirException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chunk files and believes nothing that does not prove itself: what is damaged is named, with
 * file and offset, and never given out. Thread-safe; blocks on the disk.
 */
final class ChunkReader {

  private static final Logger LOG = LoggerFactory.getLogger(ChunkReader.class);

  private final Volumes volumes;

  ChunkReader(Volumes volumes) {
    this.volumes = volumes;
  }

  /** The footer of a sealed file; where it is damaged, what a scan of the records says. */
  FileIndex index(ChunkFileId sealed) {
    try (Disk.Handle handle = volumes.open(sealed)) {
      Optional<FileHeader> header = FileHeader.read(handle);
      if (header.isPresent() && !header.get().file().equals(sealed)) {
        throw new CorruptRecord(
            "file header", sealed.toString(), "the header of this file", header.get().toString());
      }
      // Records prove themselves for their file: a damaged header alone is no loss.
      long replaces = header.map(FileHeader::replaces).orElse(FileHeader.REPLACES_NONE);
      Optional<FileIndex> footer = footer(sealed, replaces, handle);
      if (footer.isPresent()) {
        return footer.get();
      }
      LOG.warn("the index of {} is damaged: its records are read one by one", sealed);
      return FileScan.scan(sealed, handle).index().index(replaces, handle.size());
    } catch (IOException e) {
      throw StoreEvents.storageFailure("reading an index", sealed.toString(), e);
    }
  }

  /** The footer of an open sealed file; empty when it does not prove itself. */
  static Optional<FileIndex> footer(ChunkFileId file, long replaces, Disk.Handle handle)
      throws IOException {
    long size = handle.size();
    if (size < StoreFormat.FILE_HEADER_BYTES + StoreFormat.TRAILER_BYTES) {
      return Optional.empty();
    }
    var trailer = ByteBuffer.allocate(StoreFormat.TRAILER_BYTES);
    handle.read(size - StoreFormat.TRAILER_BYTES, trailer);
    Optional<Seal.Trailer> place = Seal.read(trailer.flip());
    if (place.isEmpty()
        || place.get().indexOffset() < StoreFormat.FILE_HEADER_BYTES
        || place.get().indexRecordBytes() < StoreFormat.RECORD_HEADER_BYTES
        || place.get().indexOffset() + place.get().indexRecordBytes() + StoreFormat.TRAILER_BYTES
            != size) {
      return Optional.empty();
    }
    var record = ByteBuffer.allocate(place.get().indexRecordBytes());
    handle.read(place.get().indexOffset(), record);
    record.flip();
    Optional<RecordHeader> header = RecordHeader.read(file, record);
    if (header.isEmpty() || header.get().type() != StoreFormat.INDEX) {
      return Optional.empty();
    }
    ByteBuffer body = record.position(StoreFormat.RECORD_HEADER_BYTES);
    if (body.remaining() != header.get().bodyBytes() || !header.get().proves(body)) {
      return Optional.empty();
    }
    try {
      var in = new ByteReader(body, file + " footer");
      return Optional.of(IndexBuilder.readFooter(file, in).index(replaces, size));
    } catch (WeirException | IllegalArgumentException e) {
      throw new CorruptRecord(
          "index footer",
          file.toString(),
          "fields that make sense",
          String.valueOf(e.getMessage()));
    }
  }

  /** A whole part. */
  StoredPart part(ChunkFileId file, PartEntry part) {
    String where = file + " byte " + part.offset();
    ByteBuffer record = read(file, part.offset(), part.recordBytes());
    RecordHeader header = header(file, record, part, where);
    ByteBuffer body = record.position(StoreFormat.RECORD_HEADER_BYTES);
    if (!header.proves(body)) {
      throw new CorruptRecord(
          "part checksum", where, Integer.toHexString(header.bodyCrc()), "another");
    }
    return PartRecord.read(body, where).part(body, where);
  }

  /** A part's payload where it lies. */
  Optional<FileSlice> payload(ChunkFileId file, PartEntry part) {
    try {
      Disk.Handle handle = volumes.open(file);
      Optional<FileChannel> channel = handle.channel();
      if (channel.isEmpty()) {
        handle.close();
      }
      long offset = part.offset() + part.recordBytes() - part.payloadBytes();
      return channel.map(open -> new FileSlice(open, offset, part.payloadBytes()));
    } catch (IOException e) {
      throw StoreEvents.storageFailure("opening", file + " byte " + part.offset(), e);
    }
  }

  /** A part's sample table alone. */
  List<Sample> samples(ChunkFileId file, PartEntry part) {
    String where = file + " byte " + part.offset();
    int before = StoreFormat.RECORD_HEADER_BYTES + StoreFormat.PART_FIELDS_BYTES;
    int tableBytes = part.recordBytes() - before - part.payloadBytes();
    if (tableBytes < 0) {
      throw new CorruptRecord(
          "part record length", where, "room for a sample table", part.recordBytes() + " bytes");
    }
    ByteBuffer record = read(file, part.offset(), before + tableBytes);
    header(file, record, part, where);
    PartRecord fields =
        PartRecord.read(
            record.slice(StoreFormat.RECORD_HEADER_BYTES, StoreFormat.PART_FIELDS_BYTES), where);
    if (fields.tableBytes() != tableBytes
        || fields.sampleCount() != part.sampleCount()
        || fields.baseDecodeTime() != part.baseDecodeTime()) {
      throw new CorruptRecord("part record", where, part.toString(), fields.toString());
    }
    return fields.samples(record.slice(before, tableBytes), where);
  }

  /**
   * What a fragment's end record keeps of its container. The record follows the fragment's last
   * part; gaps of other fragments may stand between.
   */
  Bytes origin(FragmentEntry fragment) {
    ChunkFileId file = fragment.file();
    if (fragment.parts().isEmpty()) {
      return Bytes.EMPTY;
    }
    PartEntry last = fragment.parts().getLast();
    long at = last.offset() + last.recordBytes();
    while (true) {
      String where = file + " byte " + at;
      ByteBuffer head = read(file, at, StoreFormat.RECORD_HEADER_BYTES);
      RecordHeader header =
          RecordHeader.read(file, head)
              .filter(
                  each -> each.type() == StoreFormat.GAP || each.type() == StoreFormat.FRAGMENT_END)
              .orElseThrow(
                  () -> new CorruptRecord("record header", where, "a fragment's end", "another"));
      at += StoreFormat.RECORD_HEADER_BYTES;
      if (header.type() == StoreFormat.FRAGMENT_END) {
        ByteBuffer body = read(file, at, header.bodyBytes());
        if (!header.proves(body)) {
          throw new CorruptRecord(
              "fragment end checksum", where, Integer.toHexString(header.bodyCrc()), "another");
        }
        return Records.readEnd(new ByteReader(body, where)).end().origin();
      }
      at += header.bodyBytes();
    }
  }

  private static RecordHeader header(
      ChunkFileId file, ByteBuffer record, PartEntry part, String where) {
    return RecordHeader.read(file, record)
        .filter(each ->
            each.type() == StoreFormat.PART
                && each.bodyBytes() + StoreFormat.RECORD_HEADER_BYTES == part.recordBytes())
        .orElseThrow(() ->
            new CorruptRecord(
                "record header", where, "a part of " + part.recordBytes() + " bytes", "another"));
  }

  private ByteBuffer read(ChunkFileId file, long offset, int count) {
    var bytes = ByteBuffer.allocate(count);
    try (Disk.Handle handle = volumes.open(file)) {
      handle.read(offset, bytes);
      return bytes.flip();
    } catch (EOFException e) {
      throw new CorruptRecord(
          "file too short", file + " byte " + offset, count + " bytes", "its end");
    } catch (IOException e) {
      throw StoreEvents.storageFailure("reading", file + " byte " + offset, e);
    }
  }
}
