// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.Demuxer;
import dev.weir.container.codec.SyncSamples;
import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Demuxes Matroska and WebM (RFC 9559) as it is pushed: Segments and Clusters of known or unknown
 * size, SimpleBlocks and BlockGroups, all lacings, several documents one after another. Matroska
 * times are presentation times, so samples come without decode times. Confined to one thread.
 */
public final class MatroskaDemuxer implements Demuxer {

  /** Tags elements that are larger are passed over. */
  public static final int LARGEST_TAGS_BYTES = EbmlReader.MAX_SMALL_BYTES;

  /** The finest timescale used: durations of up to 20 s must fit 31 bits. */
  private static final int FINEST_TIMESCALE = 10_000_000;

  private final DemuxLimits limits;
  private final DemuxSink sink;
  private final EbmlReader reader;
  private final Optional<OriginRecorder> origin;

  private final List<TrackEntry> entries = new ArrayList<>();
  private final Map<Long, Lane> lanes = new HashMap<>();
  private @Nullable TrackEntry entry;
  private long timestampScaleNs = 1_000_000;
  private boolean infoSeen;
  private boolean tracksSeen;
  private boolean tracksGiven;
  private long clusterTimestamp = -1;
  private @Nullable ByteBuffer block;
  private long blockOffset;
  private long blockDuration;
  private boolean blockHasReference;
  private int discardPaddingNs;

  /** A track that is taken, and what its blocks need. */
  private record Lane(Track track, TrackEntry entry) {}

  public MatroskaDemuxer(DemuxSink sink, DemuxLimits limits) {
    this(sink, limits, Optional.empty());
  }

  private MatroskaDemuxer(DemuxSink sink, DemuxLimits limits, Optional<OriginRecorder> origin) {
    this.sink = sink;
    this.limits = limits;
    this.origin = origin;
    this.reader =
        new EbmlReader(
            limits, new Events(), bytes -> origin.ifPresent(notes -> notes.literal(bytes)));
  }

  /** One that also notes what of each Cluster is no sample. */
  public static MatroskaDemuxer withOrigin(DemuxSink sink, DemuxLimits limits) {
    return new MatroskaDemuxer(sink, limits, Optional.of(new OriginRecorder()));
  }

  /**
   * What {@link MatroskaOrigin} reads of the Cluster that ended last, once; empty when none has, or
   * it was not noted. A Cluster has ended when the sink hears of the next one's begin.
   */
  public Optional<Bytes> takeOrigin() {
    return origin.flatMap(OriginRecorder::take);
  }

  /** The Cluster that is being read has ended: what comes before the next is not its. */
  public void endCluster() {
    origin.ifPresent(OriginRecorder::clusterEnds);
  }

  @Override
  public void feed(ByteBuffer bytes) {
    reader.feed(bytes);
  }

  @Override
  public void end() {
    var cut = reader.end();
    if (!tracksGiven) {
      throw new MalformedMedia(
          "no media header",
          cut.orElse("end of body"),
          "EBML header, Segment and Tracks",
          "the end");
    }
    cut.ifPresent(sink::truncated);
  }

  private final class Events implements EbmlReader.Handler {

    @Override
    public void begin(Element element, long offset) {
      switch (element) {
        case SEGMENT -> {
          timestampScaleNs = 1_000_000;
          infoSeen = false;
          tracksSeen = false;
          tracksGiven = false;
          lanes.clear();
        }
        case TRACKS -> entries.clear();
        case TRACK_ENTRY -> entry = new TrackEntry();
        case CLUSTER -> {
          giveTracks();
          origin.ifPresent(OriginRecorder::clusterBegins);
          clusterTimestamp = -1;
          sink.boundary();
        }
        case BLOCK_GROUP -> {
          block = null;
          blockDuration = 0;
          blockHasReference = false;
          discardPaddingNs = 0;
        }
        default -> {}
      }
    }

    @Override
    public void body(Element element, ByteBuffer body, long offset) {
      switch (element) {
        case DOC_TYPE -> checkDocType(Values.text(body));
        case TIMESTAMP_SCALE ->
            timestampScaleNs = scale(Values.unsigned(body, element, offset), offset);
        case TIMESTAMP -> {
          clusterTimestamp = Values.unsigned(body, element, offset);
          sink.clusterTimestamp(clusterTimestamp);
        }
        case TAGS -> sink.tags(SimpleTags.read(body));
        case SIMPLE_BLOCK -> {
          note(body, offset);
          discardPaddingNs = 0;
          block(body, offset, 0, null);
        }
        case BLOCK -> {
          note(body, offset);
          block = body;
          blockOffset = offset;
        }
        case BLOCK_DURATION -> blockDuration = Values.unsigned(body, element, offset);
        case REFERENCE_BLOCK -> blockHasReference = true;
        case DISCARD_PADDING -> discardPaddingNs = Values.discardPaddingNs(body, offset);
        default -> {
          if (entry != null) {
            entry.field(element, body, offset);
          }
        }
      }
    }

    @Override
    public void passedOver(Element element, long bytes) {
      if (element == Element.TAGS) {
        sink.largeTags(bytes);
      }
    }

    @Override
    public void end(Element element) {
      switch (element) {
        case INFO -> infoSeen = true;
        case CONTENT_ENCODING -> {
          if (entry != null) {
            entry.encoded = true;
          }
        }
        case TRACK_ENTRY -> {
          if (entries.size() >= limits.maxTracks()) {
            throw new LimitExceeded("tracks", "Tracks", "at most " + limits.maxTracks(), "more");
          }
          entries.add(Objects.requireNonNull(entry));
        }
        case TRACKS -> {
          tracksSeen = true;
          if (infoSeen) {
            giveTracks();
          }
        }
        case BLOCK_GROUP -> {
          if (block != null) {
            block(block, blockOffset, blockDuration, !blockHasReference);
          }
          block = null;
        }
        default -> {}
      }
    }
  }

  private void giveTracks() {
    if (tracksGiven) {
      return;
    }
    if (!tracksSeen) {
      throw new MalformedMedia("a Cluster before Tracks", "Segment", "Tracks first", "Cluster");
    }
    int timescale = timescale();
    var tracks = new ArrayList<Track>();
    for (TrackEntry each : entries) {
      if (each.isMedia()) {
        Track track = each.track(tracks.size(), timescale);
        tracks.add(track);
        lanes.put(each.number, new Lane(track, each));
      }
    }
    if (tracks.isEmpty()) {
      throw new UnsupportedMedia(
          "no track to keep", "Tracks", "at least one video or audio track", "none");
    }
    tracksGiven = true;
    sink.tracks(tracks);
  }

  private int timescale() {
    boolean exact = MediaTime.NANOS_PER_SECOND % timestampScaleNs == 0;
    return exact
        ? (int) Math.min(FINEST_TIMESCALE, MediaTime.NANOS_PER_SECOND / timestampScaleNs)
        : FINEST_TIMESCALE;
  }

  /** Timestamp units as ticks. */
  private long ticks(long units, int timescale) {
    return timestampScaleNs * timescale == MediaTime.NANOS_PER_SECOND
        ? units
        : MediaTime.toTicks(Math.multiplyExact(units, timestampScaleNs), timescale);
  }

  /**
   * A block's frames (RFC 9559 § 10.1).
   *
   * @param groupKey whether the frame is a key frame by its BlockGroup; null for a SimpleBlock,
   *     which has a flag of its own
   */
  private void block(ByteBuffer body, long offset, long duration, @Nullable Boolean groupKey) {
    String where = "Block byte " + offset;
    if (body.remaining() < 4) {
      throw new MalformedMedia(
          "block cut short", where, "at least 4 bytes", body.remaining() + " bytes");
    }
    long number = trackNumber(body, where);
    Lane lane = lanes.get(number);
    if (lane == null) {
      if (entries.stream().noneMatch(each -> each.number == number)) {
        sink.undeclared(number);
      }
      return;
    }
    if (clusterTimestamp < 0) {
      throw new MalformedMedia(
          "a block before its Cluster's Timestamp", where, "Timestamp first", "a block");
    }
    if (body.remaining() < 3) {
      throw new MalformedMedia(
          "block cut short", where, "timestamp and flags", body.remaining() + " bytes");
    }
    int relative = body.getShort();
    int flags = body.get() & 0xff;
    boolean key = groupKey != null ? groupKey : (flags & 0x80) != 0;
    int timescale = lane.track.timescale();
    long time;
    try {
      time =
          ticks(Math.addExact(clusterTimestamp, relative), timescale)
              - lane.entry.delayTicks(timescale);
    } catch (ArithmeticException e) {
      throw new MalformedMedia("timestamp", where, "within 292 years", clusterTimestamp + " units");
    }
    List<ByteBuffer> frames = Lacing.frames((flags >> 1) & 3, body, where);
    long eachTicks = duration > 0 ? ticks(duration, timescale) / frames.size() : frameTicks(lane);
    for (int i = 0; i < frames.size(); i++) {
      ByteBuffer data = restored(frames.get(i), lane.entry);
      sink.sample(
          new DemuxedSample(
              lane.track.index(),
              time + i * eachTicks,
              OptionalLong.empty(),
              (int) Math.clamp(eachTicks, 0L, Integer.MAX_VALUE),
              SyncSamples.isSync(lane.track.codec(), data, key),
              i == frames.size() - 1 ? discardPaddingNs : 0,
              data));
    }
  }

  private static long frameTicks(Lane lane) {
    int timescale = lane.track.timescale();
    return lane.entry
        .defaultDurationTicks(timescale)
        .orElseGet(() ->
            switch (lane.track.codec()) {
              case Codec.Aac(_, _, AudioFormat audio) ->
                  MediaTime.rescale(audio.frameSamples(), audio.sampleRate(), timescale);
              case Codec.Avc _, Codec.Hevc _, Codec.Opus _ -> 0L;
            });
  }

  /** Notes a block's frames as samples where they are kept as they are, all else as bytes. */
  private void note(ByteBuffer block, long offset) {
    if (origin.isEmpty()) {
      return;
    }
    OriginRecorder notes = origin.get();
    String where = "Block byte " + offset;
    ByteBuffer body = block.duplicate();
    Lane lane = body.hasRemaining() ? lanes.get(trackNumber(body, where)) : null;
    if (lane == null || body.remaining() < 3 || lane.entry.strippedHeader.size() > 0) {
      notes.literal(block.duplicate());
      return;
    }
    int flags = body.get(body.position() + 2) & 0xff;
    body.position(body.position() + 3);
    List<ByteBuffer> frames = Lacing.frames((flags >> 1) & 3, body, where);
    int framesBytes = frames.stream().mapToInt(ByteBuffer::remaining).sum();
    notes.literal(block.slice(block.position(), block.remaining() - framesBytes));
    frames.forEach(frame -> notes.sample(lane.track.index()));
  }

  /** The frame with the bytes that header stripping took off (§ 5.1.4.1.31.6). */
  private static ByteBuffer restored(ByteBuffer frame, TrackEntry entry) {
    if (entry.strippedHeader.size() == 0) {
      return frame;
    }
    return ByteBuffer.allocate(entry.strippedHeader.size() + frame.remaining())
        .put(entry.strippedHeader.asBuffer())
        .put(frame)
        .flip();
  }

  private static long trackNumber(ByteBuffer body, String where) {
    int first = body.get() & 0xff;
    int length = Integer.numberOfLeadingZeros(first) - 23;
    if (length > 8 || length - 1 > body.remaining()) {
      throw new MalformedMedia(
          "track number of a block", where, "1 to 8 bytes", "first byte " + first);
    }
    long value = length == 8 ? 0 : first & ((1 << (8 - length)) - 1);
    for (int i = 1; i < length; i++) {
      value = (value << 8) | (body.get() & 0xff);
    }
    return value;
  }

  private static void checkDocType(String docType) {
    if (!docType.equals("matroska") && !docType.equals("webm")) {
      throw new UnsupportedMedia("EBML document type", "DocType", "matroska or webm", docType);
    }
  }

  private static long scale(long value, long offset) {
    if (value < 1 || value > MediaTime.NANOS_PER_SECOND) {
      throw new MalformedMedia(
          "TimestampScale", "byte " + offset, "1 to 1000000000 ns", Long.toString(value));
    }
    return value;
  }
}
