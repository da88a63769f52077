// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.container.codec.CodecParser;
import dev.weir.model.Codec;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.MediaTime;
import dev.weir.model.Rotation;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The moov of a file (ISO/IEC 14496-12 § 8.2): its video and audio tracks, what their edit lists do
 * to time, and the defaults of their fragments. Immutable.
 *
 * @param lanes the tracks that are taken, by track_ID
 */
record MovieBox(Map<Integer, Lane> lanes) {

  /**
   * One track that is taken.
   *
   * @param shiftTicks what its edit list adds to every time
   */
  record Lane(Track track, long shiftTicks, Defaults defaults) {}

  /** Defaults of a track's samples (trex, § 8.8.3). */
  record Defaults(long duration, long size, long flags) {}

  List<Track> tracks() {
    return lanes.values().stream()
        .map(Lane::track)
        .sorted(Comparator.comparingInt(Track::index))
        .toList();
  }

  /** Reads the moov of a fragmented file; one of another kind is refused. */
  static MovieBox read(ByteReader moov, int maxTracks) {
    var parser = new Parser();
    Boxes.eachChild(moov, parser::movieChild);
    if (!parser.fragmented) {
      throw FragmentedMp4Demuxer.notFragmented("moov without mvex");
    }
    return parser.finish(maxTracks);
  }

  /**
   * Reads the moov of a file whose samples it describes itself; empty when they are in fragments.
   */
  static Optional<MovieBox> readProgressive(ByteReader moov, int maxTracks) {
    var parser = new Parser();
    Boxes.eachChild(moov, parser::movieChild);
    return parser.fragmented ? Optional.empty() : Optional.of(parser.finish(maxTracks));
  }

  private static final class Parser {
    private final List<TrackBox> tracks = new ArrayList<>();
    private final Map<Integer, Defaults> defaults = new HashMap<>();
    private long movieTimescale = 1000;
    private boolean fragmented;

    void movieChild(Boxes.Child child) {
      switch (child.type()) {
        case "mvhd" -> {
          boolean wide = child.body().u8() == 1;
          child.body().skip(3 + (wide ? 16 : 8));
          movieTimescale = Math.max(1, child.body().u32());
        }
        case "trak" -> tracks.add(TrackBox.read(child.body()));
        case "mvex" -> {
          fragmented = true;
          Boxes.eachChild(child.body(), this::extendsChild);
        }
        default -> {}
      }
    }

    private void extendsChild(Boxes.Child child) {
      if (child.type().equals("trex")) {
        ByteReader in = child.body();
        in.skip(4);
        int id = in.i32();
        in.skip(4);
        defaults.put(id, new Defaults(in.u32(), in.u32(), in.u32()));
      }
    }

    MovieBox finish(int maxTracks) {
      if (tracks.size() > maxTracks) {
        throw new LimitExceeded(
            "tracks", "moov", "at most " + maxTracks, Integer.toString(tracks.size()));
      }
      var lanes = new HashMap<Integer, Lane>();
      for (TrackBox box : tracks) {
        if (box.isMedia()) {
          var track = new Track(lanes.size(), box.timescale(), box.language, box.codec());
          lanes.put(
              box.id,
              new Lane(
                  track,
                  box.shift(movieTimescale),
                  defaults.getOrDefault(box.id, new Defaults(0, 0, 0))));
        }
      }
      if (lanes.isEmpty()) {
        throw new UnsupportedMedia(
            "no track to keep", "moov", "at least one video or audio track", "none");
      }
      return new MovieBox(Map.copyOf(lanes));
    }
  }

  /** One trak as it is being read. */
  private static final class TrackBox {
    int id;
    String handler = "";
    String language = "und";
    private long timescale;
    private Optional<Codec> codec = Optional.empty();
    private Optional<String> otherCodec = Optional.empty();
    private long emptyEdit;
    private long mediaTime;
    private Rotation rotation = Rotation.NONE;
    private int sarNum = 1;
    private int sarDen = 1;

    static TrackBox read(ByteReader trak) {
      var track = new TrackBox();
      Boxes.eachChild(trak, track::child);
      return track;
    }

    boolean isMedia() {
      return handler.equals("vide") || handler.equals("soun");
    }

    int timescale() {
      if (timescale < 1 || timescale > Integer.MAX_VALUE) {
        throw new MalformedMedia(
            "timescale", "moov/trak/mdia/mdhd", "1 to 2147483647", Long.toString(timescale));
      }
      return (int) timescale;
    }

    Codec codec() {
      return codec
          .map(found -> found.shown(sarNum, sarDen, rotation))
          .orElseThrow(() ->
              new UnsupportedMedia(
                  "codec of track " + id,
                  "moov/trak/mdia/minf/stbl/stsd",
                  "avc1, avc3, hvc1, hev1, mp4a or Opus",
                  otherCodec.orElse("none")));
    }

    long shift(long movieTimescale) {
      return MediaTime.rescale(emptyEdit, movieTimescale, timescale()) - mediaTime;
    }

    private void child(Boxes.Child child) {
      ByteReader in = child.body();
      switch (child.type()) {
        case "tkhd" -> {
          boolean wide = in.u8() == 1;
          in.skip(3 + (wide ? 16 : 8));
          id = in.i32();
          in.skip(4 + (wide ? 8 : 4) + 16);
          rotation = rotation(in);
        }
        case "mdia", "minf", "stbl", "edts" -> Boxes.eachChild(in, this::child);
        case "mdhd" -> {
          boolean wide = in.u8() == 1;
          in.skip(3 + (wide ? 16 : 8));
          timescale = in.u32();
          in.skip(wide ? 8 : 4);
          language = language(in.u16());
        }
        case "hdlr" -> {
          in.skip(8);
          handler = Boxes.name(in.i32());
        }
        case "elst" -> edits(in);
        case "stsd" -> {
          in.skip(8);
          Boxes.next(in).ifPresent(this::sampleEntry);
        }
        default -> {}
      }
    }

    /** Of a matrix (§ 6.2.2); what it does beyond turning is passed over. */
    private static Rotation rotation(ByteReader in) {
      int a = in.i32();
      int b = in.i32();
      in.skip(4);
      int c = in.i32();
      int d = in.i32();
      if (a == 0 && d == 0) {
        return b > 0 && c < 0 ? Rotation.RIGHT : b < 0 && c > 0 ? Rotation.LEFT : Rotation.NONE;
      }
      return b == 0 && c == 0 && a < 0 && d < 0 ? Rotation.AROUND : Rotation.NONE;
    }

    private void edits(ByteReader in) {
      boolean wide = in.u8() == 1;
      in.skip(3);
      long count = in.u32();
      for (long i = 0; i < count; i++) {
        long duration = wide ? in.i64() : in.u32();
        long time = wide ? in.i64() : in.i32();
        in.skip(4);
        if (time >= 0) {
          mediaTime = time;
          return;
        }
        emptyEdit += duration;
      }
    }

    private void sampleEntry(Boxes.Child entry) {
      if (!isMedia()) {
        return;
      }
      ByteReader in = entry.body();
      boolean video = handler.equals("vide");
      if (video) {
        in.skip(78);
      } else {
        in.skip(8);
        int version = in.u16();
        in.skip(18 + (version == 1 ? 16 : version == 2 ? 36 : 0));
      }
      otherCodec = Optional.of(entry.type());
      Boxes.eachChild(in, this::configuration);
    }

    private void configuration(Boxes.Child child) {
      ByteReader in = child.body();
      switch (child.type()) {
        case "avcC" -> codec = Optional.of(CodecParser.avc(in.bytes(in.remaining())));
        case "hvcC" -> codec = Optional.of(CodecParser.hevc(in.bytes(in.remaining())));
        case "esds" -> codec = Optional.of(CodecParser.aac(Descriptors.audioSpecificConfig(in)));
        case "dOps" -> codec = Optional.of(CodecParser.opus(Descriptors.opusHead(in)));
        case "pasp" -> {
          sarNum = in.i32();
          sarDen = in.i32();
        }
        case "wave" -> Boxes.eachChild(in, this::configuration);
        default -> {}
      }
    }

    /** Three letters of five bits each (§ 8.4.2.3). */
    private static String language(int packed) {
      var text = new StringBuilder(3);
      for (int shift = 10; shift >= 0; shift -= 5) {
        int letter = (packed >> shift) & 0x1f;
        if (letter < 1 || letter > 26) {
          return "und";
        }
        text.append((char) (0x60 + letter));
      }
      return text.toString();
    }
  }
}
