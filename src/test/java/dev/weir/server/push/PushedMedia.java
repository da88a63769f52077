// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.Demuxers;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A body as a server reads it: its documents one after another. Confined to one thread. */
final class PushedMedia implements DemuxSink {

  /** What follows one header. */
  record Document(List<Track> tracks, List<DemuxedSample> samples) {
    /** Presentation times of a track, in ticks, in the order of the body. */
    List<Long> times(int track) {
      return samples.stream()
          .filter(each -> each.trackIndex() == track)
          .map(DemuxedSample::presentationTime)
          .toList();
    }

    List<ByteBuffer> data(int track) {
      return samples.stream()
          .filter(each -> each.trackIndex() == track)
          .map(DemuxedSample::data)
          .toList();
    }
  }

  final List<Document> documents = new ArrayList<>();

  static PushedMedia read(byte[] body) {
    var media = new PushedMedia();
    var demuxer = Demuxers.sniffing(media, DemuxLimits.DEFAULT);
    demuxer.feed(ByteBuffer.wrap(body));
    demuxer.end();
    return media;
  }

  @Override
  public void tracks(List<Track> tracks) {
    documents.add(new Document(tracks, new ArrayList<>()));
  }

  @Override
  public void sample(DemuxedSample sample) {
    documents.getLast().samples().add(sample);
  }

  @Override
  public void boundary() {}

  @Override
  public void truncated(String where) {
    throw new AssertionError("truncated in " + where);
  }
}
