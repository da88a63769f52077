// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.bytes.ByteWriter;
import dev.weir.container.mkv.MatroskaWriter;
import dev.weir.container.mkv.MatroskaWriter.Block;
import dev.weir.model.Codec;
import dev.weir.model.MediaTime;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * Writes samples as live Matroska: a Segment of unknown size, a cluster for every half second and
 * for every sync picture. Other codecs begin another document in the same body, and timestamps go
 * on. Confined to one thread.
 */
final class MatroskaBody implements Splice.Out {

  private static final long CLUSTER_NS = 500 * MediaTime.NANOS_PER_MILLI;
  private static final int CLUSTER_BYTES = 1 << 20;

  private final BodySink sink;
  private final LongConsumer pace;
  private final InstantSource utc;
  private final List<Block> blocks = new ArrayList<>();

  private MatroskaWriter writer = new MatroskaWriter(List.of());
  private List<Codec> codecs = List.of();
  private ByteWriter payload = new ByteWriter();
  private long firstNs;
  private long newestNs;

  /**
   * @param pace called with the first decode time of a cluster as it begins, and with the newest
   *     before it is written
   * @param utc what the time is, for DateUTC
   */
  MatroskaBody(BodySink sink, LongConsumer pace, InstantSource utc) {
    this.sink = sink;
    this.pace = pace;
    this.utc = utc;
  }

  @Override
  public void tracks(List<Track> tracks) {
    List<Codec> declared = tracks.stream().map(Track::codec).toList();
    if (declared.equals(codecs)) {
      return;
    }
    flush();
    codecs = declared;
    writer = new MatroskaWriter(tracks);
    write(writer.fileHead(OptionalLong.empty()));
    write(writer.segmentHead(OptionalLong.empty(), TimeRange.nanos(utc.instant())));
  }

  @Override
  public void accept(TimedSample sample) {
    Track track = sample.track();
    int size = sample.data().remaining();
    boolean picture = track.kind() == TrackKind.VIDEO && sample.sync();
    if (!blocks.isEmpty()
        && (picture
            || sample.decodeNs() - firstNs >= CLUSTER_NS
            || payload.size() + size > CLUSTER_BYTES)) {
      flush();
    }
    if (blocks.isEmpty()) {
      firstNs = sample.decodeNs();
      newestNs = firstNs;
      pace.accept(firstNs);
    }
    newestNs = Math.max(newestNs, sample.decodeNs());
    // What is shown before everything else has no earlier timestamp than zero.
    long timestamp = Math.max(0, writer.timestamp(track, sample.presentationNs()));
    blocks.add(
        new Block(track.index(), timestamp, size, sample.sync(), false, sample.discardPaddingNs()));
    payload.bytes(sample.data());
  }

  /** Writes what has been collected. */
  void flush() {
    if (blocks.isEmpty()) {
      return;
    }
    pace.accept(newestNs);
    write(MatroskaWriter.clusters(blocks, payload.asBuffer()));
    blocks.clear();
    payload = new ByteWriter();
  }

  private void write(byte[] bytes) {
    sink.write(ByteBuffer.wrap(bytes));
  }
}
