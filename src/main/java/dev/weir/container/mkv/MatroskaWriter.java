// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.MediaTime;
import dev.weir.model.SimpleTag;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Writes Matroska in pieces whose lengths are known before they are written: the head, cues, and
 * clusters of simple blocks (RFC 9559 § 5). A track's number is its index plus one. All times are
 * units of the timestamp scale. Immutable.
 */
public final class MatroskaWriter {

  /** Bytes that a block has beside its frame: id, size, track number, time, flags. */
  private static final int BLOCK_OVERHEAD = 1 + 4 + 1 + 2 + 1;

  /** What a BlockGroup adds: id, size, DiscardPadding. */
  private static final int GROUP_OVERHEAD = 1 + 4 + 2 + 1 + 8;

  private static final int CLUSTER_OVERHEAD = 4 + 4 + 10;
  private static final int CUE_BYTES = 5 + 10 + 5 + 10 + 10;
  private static final int CUES = 0x1C53BB6B;
  private static final int KEY = 0x80;
  private static final int INVISIBLE = 0x08;
  private static final long EPOCH_2001_NS = 978_307_200L * MediaTime.NANOS_PER_SECOND;

  private final List<Track> tracks;
  private final long scaleNs;

  /**
   * A block to be written.
   *
   * @param discardPaddingNs what is dropped at the end of what it decodes to; 0 mostly
   */
  public record Block(
      int trackIndex,
      long timestamp,
      int size,
      boolean key,
      boolean invisible,
      int discardPaddingNs) {

    /** Bytes with all that is around the frame. */
    private int bytes() {
      return discardPaddingNs == 0 ? BLOCK_OVERHEAD + size : GROUP_OVERHEAD + BLOCK_OVERHEAD + size;
    }
  }

  /**
   * A place to seek to.
   *
   * @param timestamp of the sync sample
   * @param position of the cluster, counted from the first byte after the Segment's own head
   */
  public record Cue(int trackIndex, long timestamp, long position) {}

  public MatroskaWriter(List<Track> tracks) {
    this(tracks, TimestampScale.of(tracks));
  }

  /**
   * @param scaleNs nanoseconds a unit
   */
  public MatroskaWriter(List<Track> tracks, long scaleNs) {
    this.tracks = List.copyOf(tracks);
    this.scaleNs = scaleNs;
  }

  /** A Tags element (§ 5.1.8) of one tag for all that is in the Segment. */
  public static byte[] tags(List<SimpleTag> tags) {
    var ebml = new EbmlWriter(new ByteWriter());
    ebml.master(
        Element.TAGS.id(),
        () -> ebml.master(SimpleTags.TAG, () -> tags.forEach(tag -> SimpleTags.write(ebml, tag))));
    return ebml.out().toArray();
  }

  /** Nanoseconds a unit. */
  public long scaleNs() {
    return scaleNs;
  }

  /** A time as units, with what the track's codec delay adds to all of them (§ 5.1.4.1.25). */
  public long timestamp(Track track, long ns) {
    return units(ns) + units(TrackHeader.codecDelayNs(track));
  }

  /** A length of time as units. */
  public long units(long ns) {
    return MediaTime.rescale(ns, MediaTime.NANOS_PER_SECOND, MediaTime.NANOS_PER_SECOND / scaleNs);
  }

  /** EBML head, and the head of a Segment of known or unknown length. */
  public byte[] fileHead(OptionalLong segmentBytes) {
    var ebml = new EbmlWriter(new ByteWriter());
    ebml.master(
        Element.EBML.id(),
        () ->
            ebml.unsigned(0x4286, 1)
                .unsigned(0x42F7, 1)
                .unsigned(0x42F2, 4)
                .unsigned(0x42F3, 8)
                .text(Element.DOC_TYPE.id(), "matroska")
                .unsigned(0x4287, 4)
                .unsigned(0x4285, 2));
    ebml.id(Element.SEGMENT.id());
    if (segmentBytes.isPresent()) {
      ebml.size8(segmentBytes.getAsLong());
    } else {
      ebml.out().i64(EbmlWriter.UNKNOWN_SIZE);
    }
    return ebml.out().toArray();
  }

  /**
   * Info and Tracks.
   *
   * @param duration units; empty when it is not known
   * @param utcNs producer time of timestamp zero
   */
  public byte[] segmentHead(OptionalLong duration, long utcNs) {
    var ebml = new EbmlWriter(new ByteWriter(1024));
    ebml.master(
        Element.INFO.id(),
        () -> {
          ebml.unsigned(Element.TIMESTAMP_SCALE.id(), scaleNs);
          ebml.unsigned(0x4461, utcNs - EPOCH_2001_NS);
          duration.ifPresent(units -> ebml.number(0x4489, units));
          ebml.text(0x4D80, "Weir").text(0x5741, "Weir");
        });
    ebml.master(Element.TRACKS.id(), () -> tracks.forEach(track -> TrackHeader.write(ebml, track)));
    return ebml.out().toArray();
  }

  /** Bytes of {@link #cues}. */
  public static int cuesBytes(int count) {
    return count == 0 ? 0 : 8 + CUE_BYTES * count;
  }

  public static byte[] cues(List<Cue> cues) {
    var ebml = new EbmlWriter(new ByteWriter(cuesBytes(cues.size())));
    if (!cues.isEmpty()) {
      ebml.master(CUES, () -> cues.forEach(cue -> cue(ebml, cue)));
    }
    return ebml.out().toArray();
  }

  private static void cue(EbmlWriter ebml, Cue cue) {
    ebml.master(
        0xBB,
        () -> {
          ebml.unsigned(0xB3, cue.timestamp());
          ebml.master(
              0xB7, () -> ebml.unsigned(0xF7, cue.trackIndex() + 1).unsigned(0xF1, cue.position()));
        });
  }

  /** Bytes of {@link #clusters}. */
  public static long clustersBytes(List<Block> blocks) {
    long sum = 0;
    for (List<Block> cluster : split(blocks)) {
      sum += CLUSTER_OVERHEAD + bodyBytes(cluster);
    }
    return sum;
  }

  private static long bodyBytes(List<Block> cluster) {
    long sum = 0;
    for (Block block : cluster) {
      sum += block.bytes();
    }
    return sum;
  }

  /**
   * One cluster of the blocks in their order, or more where their times lie further apart than a
   * block's 16 bits reach (§ 10.1).
   *
   * @param payload the frames, one after another
   */
  public static byte[] clusters(List<Block> blocks, ByteBuffer payload) {
    var ebml = new EbmlWriter(new ByteWriter(Math.toIntExact(clustersBytes(blocks))));
    ByteBuffer frames = payload.duplicate();
    for (List<Block> cluster : split(blocks)) {
      long base = base(cluster);
      ebml.id(Element.CLUSTER.id()).size(Math.toIntExact(10 + bodyBytes(cluster)));
      ebml.unsigned(Element.TIMESTAMP.id(), base);
      for (Block block : cluster) {
        write(ebml, block, base, frames.slice(frames.position(), block.size()));
        frames.position(frames.position() + block.size());
      }
    }
    return ebml.out().toArray();
  }

  /** A cluster of one block, up to its frame. */
  public static byte[] clusterHead(Block block) {
    byte[] cluster = clusters(List.of(block), ByteBuffer.allocate(block.size()));
    return Arrays.copyOf(cluster, cluster.length - block.size());
  }

  /** A simple block; padding can only be said in a group, which is a key frame's for audio. */
  private static void write(EbmlWriter ebml, Block block, long base, ByteBuffer frame) {
    if (block.discardPaddingNs() == 0) {
      int flags = (block.key() ? KEY : 0) | (block.invisible() ? INVISIBLE : 0);
      blockBody(ebml, Element.SIMPLE_BLOCK, block, base, flags, frame);
    } else {
      ebml.master(
          Element.BLOCK_GROUP.id(),
          () -> {
            blockBody(ebml, Element.BLOCK, block, base, block.invisible() ? INVISIBLE : 0, frame);
            ebml.unsigned(Element.DISCARD_PADDING.id(), block.discardPaddingNs());
          });
    }
  }

  private static void blockBody(
      EbmlWriter ebml, Element element, Block block, long base, int flags, ByteBuffer frame) {
    ebml.id(element.id()).size(4 + block.size());
    ebml.out()
        .u8(0x80 | (block.trackIndex() + 1))
        .u16((int) (block.timestamp() - base))
        .u8(flags)
        .bytes(frame);
  }

  /** A cluster's time: that of its earliest block. */
  private static long base(List<Block> cluster) {
    return Math.max(0, cluster.stream().mapToLong(Block::timestamp).min().orElse(0));
  }

  private static List<List<Block>> split(List<Block> blocks) {
    var clusters = new ArrayList<List<Block>>();
    int start = 0;
    long earliest = Long.MAX_VALUE;
    long latest = Long.MIN_VALUE;
    for (int i = 0; i < blocks.size(); i++) {
      long timestamp = blocks.get(i).timestamp();
      earliest = Math.min(earliest, timestamp);
      latest = Math.max(latest, timestamp);
      if (latest - earliest > Short.MAX_VALUE) {
        clusters.add(blocks.subList(start, i));
        start = i;
        earliest = timestamp;
        latest = timestamp;
      }
    }
    clusters.add(blocks.subList(start, blocks.size()));
    return clusters;
  }
}
