// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Timeline;
import dev.weir.model.Codec;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import dev.weir.model.VideoFormat;
import java.util.List;
import java.util.Locale;

/**
 * Writes the multivariant playlist (RFC 8216bis § 4.4.6): a variant for each video track, audio
 * tracks as one group; without video a variant for each audio track. Codecs and sizes are those of
 * the newest run. Confined to one thread.
 */
final class MultivariantPlaylist {

  private static final String GROUP = "audio";

  private final Timeline timeline;
  private final RunHeader run;
  private final String query;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param query carried along to the media playlists; empty, or beginning with a question mark
   */
  MultivariantPlaylist(Timeline timeline, RunHeader run, String query) {
    this.timeline = timeline;
    this.run = run;
    this.query = query;
  }

  String write() {
    text.append("#EXTM3U\n#EXT-X-VERSION:").append(MediaPlaylist.VERSION).append('\n');
    List<Track> videos = Rendition.of(run, TrackKind.VIDEO);
    List<Track> audios = Rendition.of(run, TrackKind.AUDIO);
    if (videos.isEmpty()) {
      for (int i = 0; i < audios.size(); i++) {
        Rate rate = rate(audios.get(i));
        variant(
            rate.peak,
            rate.average,
            audios.get(i).codec().rfc6381(),
            "",
            new Rendition(TrackKind.AUDIO, i));
      }
      return text.toString();
    }
    for (int i = 0; i < audios.size(); i++) {
      media(audios.get(i), i);
    }
    for (int i = 0; i < videos.size(); i++) {
      video(videos.get(i), i, audios);
    }
    return text.toString();
  }

  private void media(Track audio, int ordinal) {
    String language =
        audio.language().equals("und")
            ? ""
            : ",LANGUAGE=\"" + audio.language().replace("\"", "") + "\"";
    text.append("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"")
        .append(GROUP)
        .append("\",NAME=\"Audio ")
        .append(ordinal + 1)
        .append('"');
    text.append(language)
        .append(ordinal == 0 ? ",DEFAULT=YES" : ",DEFAULT=NO")
        .append(",AUTOSELECT=YES");
    text.append(",CHANNELS=\"").append(channels(audio.codec())).append("\",URI=\"");
    text.append(new Rendition(TrackKind.AUDIO, ordinal).fileName()).append(query).append("\"\n");
  }

  private static int channels(Codec codec) {
    return switch (codec) {
      case Codec.Aac aac -> aac.audio().channels();
      case Codec.Opus opus -> opus.audio().channels();
      case Codec.Avc _, Codec.Hevc _ -> 0;
    };
  }

  private void video(Track video, int ordinal, List<Track> audios) {
    var codecs = new StringBuilder(video.codec().rfc6381());
    Rate rate = rate(video);
    long peak = rate.peak;
    long average = rate.average;
    if (!audios.isEmpty()) {
      Rate loudest = new Rate(0, 0);
      for (Track audio : audios) {
        Rate each = rate(audio);
        loudest = each.peak > loudest.peak ? each : loudest;
        if (codecs.indexOf(audio.codec().rfc6381()) < 0) {
          codecs.append(',').append(audio.codec().rfc6381());
        }
      }
      peak += loudest.peak;
      average += loudest.average;
    }
    VideoFormat format = format(video.codec());
    String attributes =
        String.format(
            Locale.ROOT,
            ",RESOLUTION=%dx%d%s%s",
            format.width(),
            format.height(),
            frameRate(video, format),
            audios.isEmpty() ? "" : ",AUDIO=\"" + GROUP + "\"");
    variant(peak, average, codecs.toString(), attributes, new Rendition(TrackKind.VIDEO, ordinal));
  }

  private static VideoFormat format(Codec codec) {
    return switch (codec) {
      case Codec.Avc avc -> avc.video();
      case Codec.Hevc hevc -> hevc.video();
      case Codec.Aac _, Codec.Opus _ ->
          throw new IllegalArgumentException("not video: " + codec.shortName());
    };
  }

  /** As the parameter sets say, else as counted; three decimals (§ 4.4.6.2). */
  private String frameRate(Track track, VideoFormat format) {
    long num = format.frameRateNum();
    long den = format.frameRateDen();
    if (num == 0) {
      long samples = 0;
      long ticks = 0;
      for (FragmentEntry fragment : timeline.fragments()) {
        if (fragment.run().equals(run.run())) {
          for (PartEntry part : fragment.parts(track.index())) {
            samples += part.sampleCount();
            ticks += part.durationTicks();
          }
        }
      }
      num = samples * track.timescale();
      den = ticks;
    }
    if (num == 0 || den == 0) {
      return "";
    }
    long thousandths = (num * 1000 + den / 2) / den;
    return String.format(
        Locale.ROOT, ",FRAME-RATE=%d.%03d", thousandths / 1000, thousandths % 1000);
  }

  private void variant(
      long peak, long average, String codecs, String attributes, Rendition rendition) {
    text.append("#EXT-X-STREAM-INF:BANDWIDTH=")
        .append(peak)
        .append(",AVERAGE-BANDWIDTH=")
        .append(average);
    text.append(",CODECS=\"").append(codecs).append('"').append(attributes).append('\n');
    text.append(rendition.fileName()).append(query).append('\n');
  }

  /** Bits a second: of the densest fragment, and of all together. */
  private record Rate(long peak, long average) {}

  private Rate rate(Track track) {
    long peak = 1;
    long bytes = 0;
    long ticks = 0;
    for (FragmentEntry fragment : timeline.fragments()) {
      if (!fragment.run().equals(run.run())) {
        continue;
      }
      long ownBytes = 0;
      long ownTicks = 0;
      for (PartEntry part : fragment.parts(track.index())) {
        ownBytes += part.recordBytes();
        ownTicks += part.durationTicks();
      }
      if (ownTicks > 0) {
        peak = Math.max(peak, bits(ownBytes, ownTicks, track));
        bytes += ownBytes;
        ticks += ownTicks;
      }
    }
    return new Rate(peak, ticks == 0 ? 1 : bits(bytes, ticks, track));
  }

  private static long bits(long bytes, long ticks, Track track) {
    return Math.max(
        1,
        bytes
            * 8
            * MediaTime.NANOS_PER_SECOND
            / Math.max(1, MediaTime.toNanos(ticks, track.timescale())));
  }
}
