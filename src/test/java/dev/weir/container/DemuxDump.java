// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.model.AudioFormat;
import dev.weir.model.Codec;
import dev.weir.model.Rotation;
import dev.weir.model.Track;
import dev.weir.model.VideoFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/** Writes down what a demuxer finds, a line each, so that a person can review it. */
public final class DemuxDump implements DemuxSink {

  private final StringBuilder text = new StringBuilder();

  public String text() {
    return text.toString();
  }

  @Override
  public void tracks(List<Track> tracks) {
    for (Track track : tracks) {
      text.append(
          String.format(
              Locale.ROOT,
              "track %d %s %s timescale=%d language=%s %s config=%d bytes crc=%08x%n",
              track.index(),
              track.codec().shortName(),
              track.codec().rfc6381(),
              track.timescale(),
              track.language(),
              format(track.codec()),
              track.codec().configuration().size(),
              crc(track.codec().configuration().asBuffer())));
    }
  }

  private static String format(Codec codec) {
    return switch (codec) {
      case Codec.Avc(_, _, VideoFormat video) -> format(video);
      case Codec.Hevc(_, _, VideoFormat video) -> format(video);
      case Codec.Aac(_, _, AudioFormat audio) -> format(audio);
      case Codec.Opus(_, _, AudioFormat audio) -> format(audio);
    };
  }

  private static String format(VideoFormat video) {
    return String.format(
        Locale.ROOT,
        "%dx%d sar=%d:%d rate=%d/%d reorder=%d%s",
        video.width(),
        video.height(),
        video.sarNum(),
        video.sarDen(),
        video.frameRateNum(),
        video.frameRateDen(),
        video.reorderDepth(),
        video.rotation() == Rotation.NONE ? "" : " turned=" + video.rotation().degrees());
  }

  private static String format(AudioFormat audio) {
    return String.format(
        Locale.ROOT,
        "%dHz channels=%d frame=%d preskip=%d",
        audio.sampleRate(),
        audio.channels(),
        audio.frameSamples(),
        audio.preSkipSamples());
  }

  @Override
  public void sample(DemuxedSample sample) {
    text.append(
        String.format(
            Locale.ROOT,
            "sample %d pts=%d dts=%s duration=%d %s size=%d crc=%08x%s%n",
            sample.trackIndex(),
            sample.presentationTime(),
            sample.decodeTime().isPresent() ? Long.toString(sample.decodeTime().getAsLong()) : "-",
            sample.duration(),
            sample.sync() ? "sync" : "-",
            sample.data().remaining(),
            crc(sample.data()),
            sample.discardPaddingNs() == 0 ? "" : " discard=" + sample.discardPaddingNs() + "ns"));
  }

  @Override
  public void boundary() {
    text.append("boundary\n");
  }

  @Override
  public void truncated(String where) {
    text.append("truncated ").append(where).append('\n');
  }

  private static long crc(ByteBuffer data) {
    var crc = new CRC32();
    crc.update(data.duplicate());
    return crc.getValue();
  }
}
