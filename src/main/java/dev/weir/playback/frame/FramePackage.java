// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.bytes.ByteSource;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.TimeRange;
import dev.weir.playback.Pieces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A series of pictures as one body, a picture a piece, each decoded when its turn has come.
 * Confined to one thread at a time.
 */
public final class FramePackage implements Pieces {

  /** How pictures are put together. */
  public enum Format {
    /** {@code multipart/mixed} (RFC 2046): each part has its time in a header. */
    MULTIPART,
    /** A ZIP file: each file has its time in its name. */
    ZIP
  }

  private static final DateTimeFormatter FILE_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter HEADER_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final FrameSeries series;
  private final Writer writer;
  private final String extension;
  private Optional<Frame> next;
  private boolean ended;

  private FramePackage(FrameSeries series, Frame first, Writer writer, String extension) {
    this.series = series;
    this.next = Optional.of(first);
    this.writer = writer;
    this.extension = extension;
  }

  /**
   * Decodes the first picture; blocks, as polling does.
   *
   * @param extension of the files' names
   * @throws NotFound when there is no picture at all
   */
  public static FramePackage open(FrameSeries series, Format format, String extension) {
    Frame first =
        series
            .next()
            .orElseThrow(() ->
                new NotFound(
                    "no picture was recorded then", "from, to", "a range with video", "none"));
    Writer writer =
        switch (format) {
          case MULTIPART -> new Multipart();
          case ZIP -> new Zip();
        };
    return new FramePackage(series, first, writer, extension);
  }

  @Override
  public String contentType() {
    return writer.contentType();
  }

  @Override
  public Optional<ByteSource> poll() {
    if (ended) {
      return Optional.empty();
    }
    if (next.isEmpty()) {
      next = series.next();
    }
    byte[] piece;
    if (next.isPresent()) {
      Frame frame = next.get();
      next = Optional.empty();
      piece = writer.picture(frame, name(frame));
    } else {
      ended = true;
      piece = writer.end();
    }
    return Optional.of(ByteSource.of(piece));
  }

  private String name(Frame frame) {
    return "frame-" + FILE_TIME.format(TimeRange.instant(frame.producerTimeNs())) + "." + extension;
  }

  private static long shownNs(Frame frame) {
    return frame.producerTimeMs() * MediaTime.NANOS_PER_MILLI;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  /** There is always a next piece, until the end. */
  @Override
  public void onMore(Runnable action) {
    action.run();
  }

  @Override
  public void close() {
    // Between two pieces nothing is held but memory.
  }

  private interface Writer {
    String contentType();

    byte[] picture(Frame frame, String name);

    byte[] end();
  }

  private static final class Multipart implements Writer {

    private final String boundary = "weir-" + UUID.randomUUID();

    @Override
    public String contentType() {
      return "multipart/mixed; boundary=" + boundary;
    }

    @Override
    public byte[] picture(Frame frame, String name) {
      String head =
          "--%s\r\nContent-Type: %s\r\nContent-Length: %d\r\nContent-Disposition: attachment; filename=\"%s\"\r\nWeir-Frame-Time: %s\r\n\r\n"
              .formatted(
                  boundary,
                  frame.mediaType(),
                  frame.file().size(),
                  name,
                  HEADER_TIME.format(TimeRange.instant(shownNs(frame))));
      var piece = new ByteArrayOutputStream(frame.file().size() + 512);
      piece.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      piece.writeBytes(frame.file().toArray());
      piece.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      return piece.toByteArray();
    }

    @Override
    public byte[] end() {
      return ("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static final class Zip implements Writer {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(written);

    @Override
    public String contentType() {
      return "application/zip";
    }

    @Override
    public byte[] picture(Frame frame, String name) {
      byte[] file = frame.file().toArray();
      var crc = new CRC32();
      crc.update(file);
      // Images don't shrink any further.
      var entry = new ZipEntry(name);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(file.length);
      entry.setCrc(crc.getValue());
      entry.setTime(frame.producerTimeMs());
      try {
        zip.putNextEntry(entry);
        zip.write(file);
        zip.closeEntry();
        zip.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return taken();
    }

    @Override
    public byte[] end() {
      try {
        zip.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return taken();
    }

    private byte[] taken() {
      byte[] bytes = written.toByteArray();
      written.reset();
      return bytes;
    }
  }
}
