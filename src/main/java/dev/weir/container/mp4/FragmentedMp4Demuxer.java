// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.Demuxer;
import dev.weir.container.codec.SyncSamples;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Demuxes fragmented MP4 (ISO/IEC 14496-12 § 8.8, CMAF) as it is pushed. moov and moof are held
 * whole, an mdat is taken sample by sample as it streams past. A file that is not fragmented is
 * refused with the flags that mend it. Confined to one thread.
 */
public final class FragmentedMp4Demuxer implements Demuxer {

  private static final int FIRST_ROOM_BYTES = 64 << 10;

  private enum State {
    HEADER,
    HELD,
    SKIPPED,
    MEDIA_DATA
  }

  private final DemuxSink sink;
  private final DemuxLimits limits;
  private final ByteBuffer header = ByteBuffer.allocate(16);
  private final Map<Integer, Long> nextDecodeTimes = new HashMap<>();
  private final Deque<MovieFragment.Located> expected = new ArrayDeque<>();

  private State state = State.HEADER;
  private long offset;
  private long boxOffset;
  private String box = "";
  private long left;
  private byte[] held = new byte[0];
  private int filled;
  private @Nullable MovieBox movie;

  public FragmentedMp4Demuxer(DemuxSink sink, DemuxLimits limits) {
    this.sink = sink;
    this.limits = limits;
    header.limit(8);
  }

  /**
   * The refusal of a file whose samples are described once for the whole, which can't be taken
   * while it streams.
   */
  static UnsupportedMedia notFragmented(String found) {
    return new UnsupportedMedia(
        "MP4 that is not fragmented",
        "moov",
        "fragmented MP4: with ffmpeg add -movflags +frag_keyframe+empty_moov+default_base_moof",
        found);
  }

  @Override
  public void feed(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      switch (state) {
        case HEADER -> header(bytes);
        case HELD -> hold(bytes);
        case SKIPPED -> skip(bytes, Math.min(left, bytes.remaining()));
        case MEDIA_DATA -> mediaData(bytes);
      }
    }
  }

  @Override
  public void end() {
    if (movie == null) {
      throw new MalformedMedia(
          "no media header", "byte " + offset, "ftyp and moov", "the end of the body");
    }
    boolean atBorder = state == State.HEADER && header.position() == 0;
    boolean openEnded = state == State.MEDIA_DATA && left == Long.MAX_VALUE;
    if (!expected.isEmpty() || !(atBorder || openEnded)) {
      sink.truncated((atBorder ? "mdat" : box) + " byte " + boxOffset);
    }
  }

  private void header(ByteBuffer bytes) {
    if (header.position() == 0) {
      boxOffset = offset;
    }
    while (header.hasRemaining() && bytes.hasRemaining()) {
      header.put(bytes.get());
      offset++;
      if (header.position() == 8 && header.getInt(0) == 1) {
        header.limit(16);
      }
    }
    if (header.hasRemaining()) {
      return;
    }
    long size = header.getInt(0) & 0xffff_ffffL;
    int headerBytes = header.position();
    box = Boxes.name(header.getInt(4));
    if (size == 1) {
      size = header.getLong(8);
    }
    header.clear().limit(8);
    if (size != 0 && size < headerBytes) {
      throw new MalformedMedia(
          "box size",
          box + " byte " + boxOffset,
          "at least " + headerBytes + " bytes",
          size + " bytes");
    }
    begin(size == 0 ? Long.MAX_VALUE : size - headerBytes);
  }

  private void begin(long bodyBytes) {
    left = bodyBytes;
    switch (box) {
      case "moov", "moof" -> {
        if (bodyBytes > limits.maxHeaderBytes()) {
          throw new LimitExceeded(
              "box size",
              box + " byte " + boxOffset,
              "at most " + limits.maxHeaderBytes() + " bytes",
              bodyBytes + " bytes");
        }
        if (box.equals("moof") && movie == null) {
          throw new MalformedMedia(
              "moof before moov", "byte " + boxOffset, "an initialization segment first", "moof");
        }
        held = new byte[(int) Math.min(bodyBytes, FIRST_ROOM_BYTES)];
        filled = 0;
        state = State.HELD;
      }
      case "mdat" -> {
        if (movie == null) {
          throw notFragmented("mdat before moov");
        }
        state = State.MEDIA_DATA;
      }
      default -> state = State.SKIPPED;
    }
    if (left == 0) {
      boxEnded();
    }
  }

  private void hold(ByteBuffer bytes) {
    int count = (int) Math.min(left, bytes.remaining());
    take(bytes, count, filled + left);
    if (left == 0) {
      boxEnded();
    }
  }

  /** Appends to what is held; room grows with what really arrives. */
  private void take(ByteBuffer bytes, int count, long whole) {
    if (held.length - filled < count) {
      held = Arrays.copyOf(held, (int) Math.min(whole, Math.max(filled + count, 2L * filled)));
    }
    bytes.get(held, filled, count);
    filled += count;
    advance(count);
  }

  private void skip(ByteBuffer bytes, long count) {
    bytes.position(bytes.position() + (int) count);
    advance(count);
    if (left == 0) {
      boxEnded();
    }
  }

  private void advance(long count) {
    offset += count;
    left = left == Long.MAX_VALUE ? left : left - count;
  }

  private void boxEnded() {
    byte[] body = held;
    state = State.HEADER;
    switch (box) {
      case "moov" -> {
        MovieBox read = MovieBox.read(reader(body), limits.maxTracks());
        movie = read;
        nextDecodeTimes.clear();
        expected.clear();
        sink.tracks(read.tracks());
      }
      case "moof" -> fragment(reader(body));
      default -> {}
    }
    if (box.equals("moov") || box.equals("moof")) {
      held = new byte[0];
      filled = 0;
    }
  }

  private ByteReader reader(byte[] body) {
    return new ByteReader(ByteBuffer.wrap(body, 0, filled), box + " byte " + boxOffset);
  }

  private void fragment(ByteReader moof) {
    if (!expected.isEmpty()) {
      throw new MalformedMedia(
          "samples without data",
          "byte " + boxOffset,
          "an mdat with the samples of the moof before it",
          "the next moof");
    }
    MovieBox known = movie;
    if (known != null) {
      sink.boundary();
      expected.addAll(
          MovieFragment.read(moof, boxOffset, known, nextDecodeTimes, limits.maxSampleBytes())
              .samples());
    }
  }

  private void mediaData(ByteBuffer bytes) {
    MovieFragment.Located next = expected.peek();
    if (next == null || next.offset() >= boxEnd()) {
      skip(bytes, Math.min(left, bytes.remaining()));
      return;
    }
    long ahead = next.offset() + filled - offset;
    if (ahead > 0) {
      skip(bytes, Math.min(ahead, bytes.remaining()));
      return;
    }
    if (ahead < 0) {
      throw new MalformedMedia(
          "overlapping samples",
          "mdat byte " + boxOffset,
          "each byte in one sample",
          "byte " + next.offset());
    }
    if (filled == 0) {
      held = new byte[Math.min(next.size(), FIRST_ROOM_BYTES)];
    }
    int count = (int) Math.min(Math.min(left, next.size() - filled), bytes.remaining());
    take(bytes, count, next.size());
    emitWhole();
    if (left == 0) {
      boxEnded();
    }
  }

  /** Gives out the sample that is complete, and any empty ones right behind it. */
  private void emitWhole() {
    MovieFragment.Located next = expected.peek();
    while (next != null && filled == next.size() && next.offset() + filled == offset) {
      expected.remove();
      var data = ByteBuffer.wrap(held, 0, filled).slice();
      held = new byte[0];
      filled = 0;
      var codec = next.lane().track().codec();
      long decodeTime = next.decodeTime() + next.lane().shiftTicks();
      sink.sample(
          new DemuxedSample(
              next.lane().track().index(),
              decodeTime + next.compositionOffset(),
              OptionalLong.of(decodeTime),
              (int) Math.min(Integer.MAX_VALUE, next.duration()),
              SyncSamples.isSync(codec, data, next.sync()),
              0,
              data));
      next = expected.peek();
    }
  }

  private long boxEnd() {
    return left == Long.MAX_VALUE ? left : offset + left;
  }
}
