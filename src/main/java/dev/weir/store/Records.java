// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.LivePlace;
import dev.weir.model.Rotation;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Track;
import dev.weir.model.VideoFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;

/** The bodies of records other than parts, written and read field by field. Stateless. */
final class Records {

  private static final int STARTS_WITH_SYNC = 1;
  private static final int TRUNCATED = 2;
  private static final int LIVE = 4;
  private static final int DUPLICATE = 8;
  private static final int FORGOTTEN = 16;
  private static final int THINNED = 32;

  /** Of a run header: the tracks' rotations follow. */
  private static final int TURNED = 4;

  /**
   * What a fragment's end record says, with what the store itself counted.
   *
   * @param previous hash of the chunk before it in its run, {@link Chain#BEGINNING} for the first
   * @param content SHA-256 over the tables and payloads of its parts
   * @param hash SHA-256 over the tables and payloads of its parts, then the record's body up to
   *     here
   */
  record StoredEnd(
      FragmentEnd end,
      int partCount,
      long payloadBytes,
      Bytes previous,
      Bytes content,
      Bytes hash) {}

  private Records() {}

  static void writeRun(ByteWriter out, RunHeader run) {
    out.i64(run.run().value()).i64(run.anchorProducerNs()).i64(run.anchorServerNs());
    boolean turned = run.tracks().stream().anyMatch(each -> rotation(each) != Rotation.NONE);
    out.u8((run.arrivalAnchored() ? 1 : 0) | (run.clockSuspect() ? 2 : 0) | (turned ? TURNED : 0));
    out.u8(run.tracks().size());
    for (Track track : run.tracks()) {
      out.i32(track.timescale());
      text(out, track.language());
      switch (track.codec()) {
        case Codec.Avc(Bytes configuration, String name, VideoFormat video) ->
            video(out, 1, configuration, name, video);
        case Codec.Hevc(Bytes configuration, String name, VideoFormat video) ->
            video(out, 2, configuration, name, video);
        case Codec.Aac(Bytes configuration, String name, AudioFormat audio) ->
            audio(out, 3, configuration, name, audio);
        case Codec.Opus(Bytes configuration, String name, AudioFormat audio) ->
            audio(out, 4, configuration, name, audio);
      }
    }
    if (turned) {
      run.tracks().forEach(each -> out.u16(rotation(each).degrees()));
    }
  }

  private static Rotation rotation(Track track) {
    return switch (track.codec()) {
      case Codec.Avc(_, _, VideoFormat video) -> video.rotation();
      case Codec.Hevc(_, _, VideoFormat video) -> video.rotation();
      case Codec.Aac _, Codec.Opus _ -> Rotation.NONE;
    };
  }

  private static Track turned(Track track, ByteReader in) {
    Codec codec = track.codec().shown(1, 1, Rotation.ofDegrees(in.u16()));
    return new Track(track.index(), track.timescale(), track.language(), codec);
  }

  static RunHeader readRun(ByteReader in) {
    var id = new RunId(in.i64());
    long anchorProducerNs = in.i64();
    long anchorServerNs = in.i64();
    int flags = in.u8();
    int count = in.u8();
    var tracks = new ArrayList<Track>();
    for (int index = 0; index < count; index++) {
      int timescale = in.i32();
      String language = text(in);
      tracks.add(new Track(index, timescale, language, codec(in)));
    }
    if ((flags & TURNED) != 0) {
      tracks.replaceAll(track -> turned(track, in));
    }
    return new RunHeader(
        id, tracks, anchorProducerNs, anchorServerNs, (flags & 1) != 0, (flags & 2) != 0);
  }

  private static Codec codec(ByteReader in) {
    int code = in.u8();
    String name = text(in);
    Bytes configuration = in.bytes(in.i32());
    return switch (code) {
      case 1 -> new Codec.Avc(configuration, name, video(in));
      case 2 -> new Codec.Hevc(configuration, name, video(in));
      case 3 -> new Codec.Aac(configuration, name, audio(in));
      case 4 -> new Codec.Opus(configuration, name, audio(in));
      default ->
          throw new CorruptRecord("codec code", in.where(), "1 to 4", Integer.toString(code));
    };
  }

  private static void video(
      ByteWriter out, int code, Bytes configuration, String name, VideoFormat video) {
    head(out, code, configuration, name);
    out.i32(video.width()).i32(video.height()).i32(video.sarNum()).i32(video.sarDen());
    out.i32(video.frameRateNum())
        .i32(video.frameRateDen())
        .u8(video.reorderDepth())
        .u8(video.nalLengthSize());
  }

  private static VideoFormat video(ByteReader in) {
    return new VideoFormat(
        in.i32(), in.i32(), in.i32(), in.i32(), in.i32(), in.i32(), in.u8(), in.u8());
  }

  private static void audio(
      ByteWriter out, int code, Bytes configuration, String name, AudioFormat audio) {
    head(out, code, configuration, name);
    out.i32(audio.sampleRate())
        .i32(audio.channels())
        .i32(audio.frameSamples())
        .i32(audio.preSkipSamples());
  }

  private static AudioFormat audio(ByteReader in) {
    return new AudioFormat(in.i32(), in.i32(), in.i32(), in.i32());
  }

  private static void head(ByteWriter out, int code, Bytes configuration, String name) {
    out.u8(code);
    text(out, name);
    out.i32(configuration.size()).bytes(configuration);
  }

  static void writeEnd(ByteWriter out, StoredEnd stored) {
    writeEnd(
        out,
        stored.end(),
        stored.partCount(),
        stored.payloadBytes(),
        stored.previous(),
        stored.content());
    out.bytes(stored.hash());
  }

  /** All of an end record but its hash, which covers this. */
  static void writeEnd(
      ByteWriter out,
      FragmentEnd end,
      int partCount,
      long payloadBytes,
      Bytes previous,
      Bytes content) {
    number(out, end.number());
    out.i64(end.run().value())
        .i64(end.producerTimeNs())
        .i64(end.serverTimeNs())
        .i64(end.durationNs());
    out.u8(
        (end.startsWithSync() ? STARTS_WITH_SYNC : 0)
            | flag(end.state())
            | (end.live().isPresent() ? LIVE : 0)
            | (end.duplicateOf().isPresent() ? DUPLICATE : 0));
    out.i32(end.segmentCount());
    end.live().ifPresent(place -> place(out, place));
    end.duplicateOf().ifPresent(duplicate -> number(out, duplicate));
    out.i32(partCount).i64(payloadBytes).i32(end.origin().size()).bytes(end.origin());
    out.bytes(previous).bytes(content);
  }

  static StoredEnd readEnd(ByteReader in) {
    FragmentNumber number = number(in);
    var run = new RunId(in.i64());
    long producerTimeNs = in.i64();
    long serverTimeNs = in.i64();
    long durationNs = in.i64();
    int flags = in.u8();
    int segmentCount = in.i32();
    Optional<LivePlace> live = (flags & LIVE) != 0 ? Optional.of(place(in)) : Optional.empty();
    Optional<FragmentNumber> duplicate =
        (flags & DUPLICATE) != 0 ? Optional.of(number(in)) : Optional.empty();
    int partCount = in.i32();
    long payloadBytes = in.i64();
    Bytes origin = in.bytes(in.i32());
    Bytes previous = in.bytes(Chain.BEGINNING.size());
    Bytes content = in.bytes(Chain.BEGINNING.size());
    Bytes hash = in.bytes(Chain.BEGINNING.size());
    var end =
        new FragmentEnd(
            number,
            run,
            producerTimeNs,
            serverTimeNs,
            durationNs,
            (flags & STARTS_WITH_SYNC) != 0,
            state(flags),
            segmentCount,
            live,
            duplicate,
            origin);
    return new StoredEnd(end, partCount, payloadBytes, previous, content, hash);
  }

  private static int flag(FragmentState state) {
    return switch (state) {
      case WHOLE -> 0;
      case TRUNCATED -> TRUNCATED;
      case THINNED -> THINNED;
      case FORGOTTEN -> FORGOTTEN;
    };
  }

  private static FragmentState state(int flags) {
    if ((flags & FORGOTTEN) != 0) {
      return FragmentState.FORGOTTEN;
    }
    if ((flags & THINNED) != 0) {
      return FragmentState.THINNED;
    }
    return (flags & TRUNCATED) != 0 ? FragmentState.TRUNCATED : FragmentState.WHOLE;
  }

  static void writeGap(ByteWriter out, Gap gap) {
    out.i64(gap.fromNs())
        .i64(gap.toNs())
        .u8(gap.reason().code())
        .u8(gap.live().isPresent() ? LIVE : 0);
    gap.live().ifPresent(place -> place(out, place));
    text(out, gap.detail());
  }

  static Gap readGap(ByteReader in) {
    long fromNs = in.i64();
    long toNs = in.i64();
    GapReason reason = GapReason.ofCode(in.u8());
    Optional<LivePlace> live = (in.u8() & LIVE) != 0 ? Optional.of(place(in)) : Optional.empty();
    return new Gap(fromNs, toNs, reason, text(in), live);
  }

  private static void place(ByteWriter out, LivePlace place) {
    out.i64(place.liveOrdinal()).i64(place.discontinuityOrdinal());
  }

  private static LivePlace place(ByteReader in) {
    return new LivePlace(in.i64(), in.i64());
  }

  static void number(ByteWriter out, FragmentNumber number) {
    out.i64(number.counter()).i64(number.serverEpochMs()).i32(number.random());
  }

  static FragmentNumber number(ByteReader in) {
    return new FragmentNumber(in.i64(), in.i64(), in.i32());
  }

  private static void text(ByteWriter out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int size = Math.min(bytes.length, 0xffff);
    out.u16(size).bytes(ByteBuffer.wrap(bytes, 0, size));
  }

  private static String text(ByteReader in) {
    return StandardCharsets.UTF_8.decode(in.slice(in.u16())).toString();
  }
}
