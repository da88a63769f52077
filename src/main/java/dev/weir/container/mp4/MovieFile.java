// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteSource;
import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.codec.SyncSamples;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A progressive MP4 file, whose one moov describes all samples (ISO/IEC 14496-12 § 8.2), read from
 * a source that can be read anywhere: a file as cameras and editors leave it. Gives the samples of
 * all tracks merged by decode time. The moov is held in memory, the media is not. An edit list
 * shifts its track; nothing is cut by it. Confined to one thread; does not close the source.
 */
public final class MovieFile {

  private static final Set<String> FIRST_TYPES =
      Set.of("ftyp", "moov", "mdat", "wide", "free", "skip");

  /** A box of the file's top level. */
  private record TopBox(String type, long bodyOffset, long bodyBytes) {}

  private final ByteSource source;
  private final List<SampleCursor> cursors;
  private final List<Track> tracks;
  private boolean truncated;
  private long bytesRead;

  private MovieFile(
      ByteSource source,
      MovieBox movie,
      Map<Integer, Map<String, ByteReader>> tables,
      DemuxLimits limits) {
    this.source = source;
    this.tracks = movie.tracks();
    this.cursors = new ArrayList<>();
    movie
        .lanes()
        .forEach((id, lane) ->
            cursors.add(
                new SampleCursor(
                    lane, tables.getOrDefault(id, Map.of()), limits.maxSampleBytes())));
  }

  /**
   * Opens a file; empty when it is no MP4, or a fragmented one.
   *
   * @param limits {@link DemuxLimits#maxHeaderBytes} bounds the moov
   * @throws MalformedMedia when there is media data and no moov: the recording was never finished
   */
  public static Optional<MovieFile> open(ByteSource source, DemuxLimits limits) {
    long at = 0;
    boolean mediaData = false;
    for (Optional<TopBox> next = topBox(source, at); next.isPresent(); next = topBox(source, at)) {
      TopBox box = next.get();
      if (at == 0 && !FIRST_TYPES.contains(box.type())) {
        return Optional.empty();
      }
      if (box.type().equals("moov")) {
        return read(source, box, limits);
      }
      mediaData |= box.type().equals("mdat");
      at = box.bodyOffset() + box.bodyBytes();
    }
    if (mediaData) {
      throw new MalformedMedia(
          "a recording that was never finished", "end of file", "moov", "the end");
    }
    return Optional.empty();
  }

  private static Optional<TopBox> topBox(ByteSource source, long at) {
    long left = source.length() - at;
    if (left < 8) {
      return Optional.empty();
    }
    var header = ByteBuffer.allocate((int) Math.min(16, left));
    source.read(at, header);
    long size = header.getInt(0) & 0xffff_ffffL;
    String type = Boxes.name(header.getInt(4));
    int headerBytes = size == 1 && left >= 16 ? 16 : 8;
    if (headerBytes == 16) {
      size = header.getLong(8);
    }
    if (size == 0) {
      size = left;
    }
    if (size < headerBytes) {
      return Optional.empty();
    }
    return Optional.of(new TopBox(type, at + headerBytes, size - headerBytes));
  }

  private static Optional<MovieFile> read(ByteSource source, TopBox moov, DemuxLimits limits) {
    if (moov.bodyBytes() > limits.maxHeaderBytes()) {
      throw new LimitExceeded(
          "box size",
          "moov",
          "at most " + limits.maxHeaderBytes() + " bytes",
          moov.bodyBytes() + " bytes");
    }
    if (moov.bodyBytes() > source.length() - moov.bodyOffset()) {
      throw new MalformedMedia(
          "moov cut short",
          "byte " + moov.bodyOffset(),
          moov.bodyBytes() + " bytes",
          "the end of the file");
    }
    var bytes = ByteBuffer.allocate((int) moov.bodyBytes());
    source.read(moov.bodyOffset(), bytes);
    bytes.flip();
    return MovieBox.readProgressive(new ByteReader(bytes, "moov"), limits.maxTracks())
        .map(movie -> new MovieFile(source, movie, Tables.read(bytes), limits));
  }

  /** Collects the boxes of each track's stbl. */
  private static final class Tables {
    private final Map<Integer, Map<String, ByteReader>> byTrackId = new HashMap<>();
    private Map<String, ByteReader> tables = new HashMap<>();
    private int trackId;

    static Map<Integer, Map<String, ByteReader>> read(ByteBuffer moov) {
      var tables = new Tables();
      Boxes.eachChild(new ByteReader(moov, "moov"), tables::child);
      return tables.byTrackId;
    }

    private void child(Boxes.Child child) {
      ByteReader in = child.body();
      switch (child.type()) {
        case "trak" -> {
          tables = new HashMap<>();
          Boxes.eachChild(in, this::child);
          byTrackId.put(trackId, tables);
        }
        case "mdia", "minf" -> Boxes.eachChild(in, this::child);
        case "stbl" -> Boxes.eachChild(in, table -> tables.put(table.type(), table.body()));
        case "tkhd" -> {
          boolean wide = in.u8() == 1;
          in.skip(3 + (wide ? 16 : 8));
          trackId = in.i32();
        }
        default -> {}
      }
    }
  }

  public List<Track> tracks() {
    return tracks;
  }

  /** Bytes of the samples given so far. */
  public long bytesRead() {
    return bytesRead;
  }

  /**
   * Gives the next sample to the sink; false when there are no more. A file that ends before its
   * samples do is reported as truncated.
   */
  public boolean advance(DemuxSink sink) {
    SampleCursor next = earliest();
    if (next == null || truncated) {
      return false;
    }
    MovieFragment.Located sample = next.next();
    if (sample.offset() < 0 || sample.offset() > source.length() - sample.size()) {
      truncated = true;
      sink.truncated("mdat, a sample at byte " + sample.offset());
      return false;
    }
    var data = ByteBuffer.allocate(sample.size());
    source.read(sample.offset(), data);
    bytesRead += sample.size();
    data.flip();
    Track track = next.lane().track();
    long decodeTime = sample.decodeTime() + next.lane().shiftTicks();
    sink.sample(
        new DemuxedSample(
            track.index(),
            decodeTime + sample.compositionOffset(),
            OptionalLong.of(decodeTime),
            (int) Math.min(Integer.MAX_VALUE, sample.duration()),
            SyncSamples.isSync(track.codec(), data, sample.sync()),
            0,
            data));
    return true;
  }

  private @Nullable SampleCursor earliest() {
    SampleCursor earliest = null;
    long earliestNs = Long.MAX_VALUE;
    for (SampleCursor each : cursors) {
      if (each.hasNext()) {
        long ns = decodeNs(each);
        if (earliest == null || ns < earliestNs) {
          earliest = each;
          earliestNs = ns;
        }
      }
    }
    return earliest;
  }

  private static long decodeNs(SampleCursor cursor) {
    try {
      long ticks = Math.addExact(cursor.decodeTime(), cursor.lane().shiftTicks());
      return MediaTime.toNanos(ticks, cursor.lane().track().timescale());
    } catch (ArithmeticException e) {
      throw new MalformedMedia(
          "sample time", "moov", "within 292 years", cursor.decodeTime() + " ticks");
    }
  }
}
