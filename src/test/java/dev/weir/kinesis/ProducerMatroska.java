// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.mkv.MatroskaDemuxer;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Matroska as Amazon's producer SDK writes it: Segment and Clusters of unknown size in one byte,
 * lengths in eight, texts padded with NULs, a Position in each Cluster, tags after it. Confined to
 * one thread.
 */
public final class ProducerMatroska {

  private static final byte UNKNOWN_SIZE = (byte) 0xff;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A frame with its track's number and its time in milliseconds. Immutable. */
  public record Frame(int track, long timeMs, boolean key, Bytes data) {

    public Frame at(long ms) {
      return new Frame(track, ms, key, data);
    }

    public Frame onTrack(int number) {
      return new Frame(number, timeMs, key, data);
    }
  }

  /** The tracks and frames of a Matroska file of milliseconds. */
  public record Source(List<Track> tracks, List<Frame> frames) {

    public static Source of(Path file) {
      var tracks = new ArrayList<Track>();
      var frames = new ArrayList<Frame>();
      var demuxer =
          new MatroskaDemuxer(
              new DemuxSink() {
                @Override
                public void tracks(List<Track> declared) {
                  tracks.addAll(declared);
                }

                @Override
                public void sample(DemuxedSample sample) {
                  frames.add(
                      new Frame(
                          sample.trackIndex() + 1,
                          sample.presentationTime(),
                          sample.sync(),
                          Bytes.copyOf(sample.data())));
                }

                @Override
                public void boundary() {}

                @Override
                public void truncated(String where) {}
              },
              DemuxLimits.DEFAULT);
      try {
        demuxer.feed(ByteBuffer.wrap(Files.readAllBytes(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      demuxer.end();
      return new Source(List.copyOf(tracks), List.copyOf(frames));
    }

    /** The frames in groups that begin with a key frame of the first track. */
    public List<List<Frame>> groups() {
      var groups = new ArrayList<List<Frame>>();
      for (Frame frame : frames) {
        if (groups.isEmpty() || (frame.track == 1 && frame.key)) {
          groups.add(new ArrayList<>());
        }
        groups.getLast().add(frame);
      }
      return groups;
    }
  }

  public byte[] bytes() {
    return out.toByteArray();
  }

  /** What has been written since the last time; begins anew. */
  public byte[] take() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }

  public ProducerMatroska header(List<Track> tracks) {
    master(
        0x1A45DFA3,
        ebml -> {
          ebml.unsigned(0x4286, 1).unsigned(0x42F7, 1).unsigned(0x42F2, 4).unsigned(0x42F3, 8);
          ebml.text(0x4282, "matroska\0\0").unsigned(0x4287, 2).unsigned(0x4285, 2);
        });
    id(0x18538067).out.write(UNKNOWN_SIZE);
    master(
        0x1549A966,
        info -> {
          info.unsigned(0x2AD7B1, 1_000_000);
          info.text(0x4D80, "weir test\0\0\0").text(0x5741, "weir test");
        });
    return master(0x1654AE6B, entries -> tracks.forEach(entries::track));
  }

  private void track(Track track) {
    master(
        0xAE,
        entry -> {
          entry.unsigned(0xD7, track.index() + 1).unsigned(0x73C5, track.index() + 1);
          entry.unsigned(0x83, track.kind() == TrackKind.VIDEO ? 1 : 2);
          entry.text(0x536E, "kinesis_video\0\0\0");
          entry.text(
              0x86,
              switch (track.codec()) {
                case Codec.Avc _ -> "V_MPEG4/ISO/AVC\0\0";
                case Codec.Hevc _ -> "V_MPEGH/ISO/HEVC";
                case Codec.Aac _ -> "A_AAC";
                case Codec.Opus _ -> "A_OPUS";
              });
          entry.binary(0x63A2, track.codec().configuration().toArray());
        });
  }

  /** A Cluster that begins at its first frame. */
  public ProducerMatroska cluster(List<Frame> frames) {
    long timecode = frames.getFirst().timeMs;
    begin(timecode);
    frames.forEach(frame -> frame(timecode, frame));
    return this;
  }

  /** A Cluster's begin. */
  public ProducerMatroska begin(long timecode) {
    id(0x1F43B675).out.write(UNKNOWN_SIZE);
    return unsigned(0xE7, timecode).unsigned(0xA7, 0);
  }

  public ProducerMatroska frame(long timecode, Frame frame) {
    id(0xA3).size(4 + frame.data.size());
    out.write(0x80 | frame.track);
    int offset = (int) (frame.timeMs - timecode);
    out.write(offset >> 8);
    out.write(offset);
    out.write(frame.key ? 0x80 : 0);
    out.writeBytes(frame.data.toArray());
    return this;
  }

  /** A Tags element of names and values in turn. */
  public ProducerMatroska tags(String... namesAndValues) {
    return master(
        0x1254C367,
        tags ->
            tags.master(
                0x7373,
                tag -> {
                  for (int i = 0; i < namesAndValues.length; i += 2) {
                    int at = i;
                    tag.master(
                        0x67C8,
                        simple ->
                            simple
                                .text(0x45A3, namesAndValues[at])
                                .text(0x4487, namesAndValues[at + 1]));
                  }
                }));
  }

  /** A Tags element of one tag that has tags in it down to a depth. */
  public ProducerMatroska nestedTags(int depth) {
    return master(0x1254C367, tags -> tags.master(0x7373, tag -> tag.nested(depth)));
  }

  private void nested(int depth) {
    if (depth > 0) {
      master(0x67C8, simple -> simple.text(0x45A3, "n" + depth).nested(depth - 1));
    }
  }

  /** A Tags element of one tag whose value is no text. */
  public ProducerMatroska binaryTag(String name, byte[] value) {
    return master(
        0x1254C367,
        tags ->
            tags.master(
                0x7373,
                tag ->
                    tag.master(0x67C8, simple -> simple.text(0x45A3, name).binary(0x4485, value))));
  }

  /** A Tags element of so many bytes that mean nothing, and one tag. */
  public ProducerMatroska paddedTag(int bytes, String name) {
    return master(
        0x1254C367,
        tags ->
            tags.padding(bytes)
                .master(0x7373, tag -> tag.master(0x67C8, each -> each.text(0x45A3, name))));
  }

  /** The tag that says nothing more comes of the fragment. */
  public ProducerMatroska endOfFragment() {
    return tags("AWS_KINESISVIDEO_END_OF_FRAGMENT", "");
  }

  /** Bytes that mean nothing. */
  public ProducerMatroska padding(int bytes) {
    return binary(0xEC, new byte[bytes]);
  }

  /** Whatever bytes. */
  public ProducerMatroska raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private ProducerMatroska master(int id, Consumer<ProducerMatroska> body) {
    var inner = new ProducerMatroska();
    body.accept(inner);
    return binary(id, inner.bytes());
  }

  private ProducerMatroska unsigned(int id, long value) {
    return binary(id, ByteBuffer.allocate(8).putLong(value).array());
  }

  private ProducerMatroska text(int id, String value) {
    return binary(id, value.getBytes(StandardCharsets.UTF_8));
  }

  private ProducerMatroska binary(int id, byte[] value) {
    id(id).size(value.length).out.writeBytes(value);
    return this;
  }

  private ProducerMatroska id(int id) {
    byte[] bytes = ByteBuffer.allocate(4).putInt(id).array();
    int skipped = Integer.numberOfLeadingZeros(id) / 8;
    out.write(bytes, skipped, 4 - skipped);
    return this;
  }

  private ProducerMatroska size(long size) {
    out.writeBytes(ByteBuffer.allocate(8).putLong(0x0100_0000_0000_0000L | size).array());
    return this;
  }
}
