// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Timeline;
import dev.weir.model.Codec;
import dev.weir.model.FragmentEntry;
import dev.weir.model.PartEntry;
import dev.weir.model.RunId;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import dev.weir.model.VideoFormat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Writes the multivariant playlist (RFC 8216bis § 4.4.6): a variant for each video rendition, audio
 * renditions as one group; without video a variant for each audio rendition. It speaks of all runs:
 * every codec, the largest picture, the highest rates. Confined to one thread.
 */
final class MultivariantPlaylist {

  private static final String GROUP = "audio";

  private final Timeline timeline;
  private final String query;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param query carried along to the media playlists; empty, or beginning with a question mark
   */
  MultivariantPlaylist(Timeline timeline, String query) {
    this.timeline = timeline;
    this.query = query;
  }

  String write() {
    text.append("#EXTM3U\n#EXT-X-VERSION:").append(MediaPlaylist.VERSION).append('\n');
    List<RenditionMedia> videos = renditions(TrackKind.VIDEO);
    List<RenditionMedia> audios = renditions(TrackKind.AUDIO);
    if (videos.isEmpty()) {
      audios.forEach(audio -> variant(audio, List.of(), ""));
    } else {
      audios.forEach(this::media);
      videos.forEach(video -> variant(video, audios, picture(video)));
    }
    return text.toString();
  }

  private List<RenditionMedia> renditions(TrackKind kind) {
    var renditions = new ArrayList<RenditionMedia>();
    Optional<RenditionMedia> next = RenditionMedia.of(timeline, new Rendition(kind, 0));
    while (next.isPresent()) {
      renditions.add(next.get());
      next = RenditionMedia.of(timeline, new Rendition(kind, renditions.size()));
    }
    return renditions;
  }

  private void media(RenditionMedia audio) {
    Track track = audio.newest();
    int ordinal = audio.rendition().ordinal();
    String language =
        track.language().equals("und")
            ? ""
            : ",LANGUAGE=\"" + track.language().replace("\"", "") + "\"";
    text.append("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"")
        .append(GROUP)
        .append("\",NAME=\"Audio ")
        .append(ordinal + 1)
        .append('"');
    text.append(language)
        .append(ordinal == 0 ? ",DEFAULT=YES" : ",DEFAULT=NO")
        .append(",AUTOSELECT=YES");
    text.append(",CHANNELS=\"").append(channels(track.codec())).append("\",URI=\"");
    text.append(audio.rendition().fileName()).append(query).append("\"\n");
  }

  private static int channels(Codec codec) {
    return switch (codec) {
      case Codec.Aac aac -> aac.audio().channels();
      case Codec.Opus opus -> opus.audio().channels();
      case Codec.Avc _, Codec.Hevc _ -> 0;
    };
  }

  /** A rendition with the audio that may go with it, of which a client plays one. */
  private void variant(RenditionMedia main, List<RenditionMedia> audios, String attributes) {
    var codecs = new LinkedHashSet<>(main.codecs());
    audios.forEach(audio -> codecs.addAll(audio.codecs()));
    text.append("#EXT-X-STREAM-INF:BANDWIDTH=")
        .append(main.peakBitsPerSecond() + most(audios, RenditionMedia::peakBitsPerSecond));
    text.append(",AVERAGE-BANDWIDTH=")
        .append(main.averageBitsPerSecond() + most(audios, RenditionMedia::averageBitsPerSecond));
    text.append(",CODECS=\"").append(String.join(",", codecs)).append('"').append(attributes);
    text.append(audios.isEmpty() ? "" : ",AUDIO=\"" + GROUP + "\"").append('\n');
    text.append(main.rendition().fileName()).append(query).append('\n');
  }

  private static long most(List<RenditionMedia> media, ToLongFunction<RenditionMedia> rate) {
    return media.stream().mapToLong(rate).max().orElse(0);
  }

  private String picture(RenditionMedia video) {
    VideoFormat largest = format(video.newest());
    long fastest = 0;
    for (Map.Entry<RunId, Track> each : video.tracks().entrySet()) {
      VideoFormat format = format(each.getValue());
      if ((long) format.width() * format.height() > (long) largest.width() * largest.height()) {
        largest = format;
      }
      fastest = Math.max(fastest, framesPerKilosecond(each.getKey(), each.getValue()));
    }
    return String.format(
        Locale.ROOT,
        ",RESOLUTION=%dx%d%s",
        largest.turnedWidth(),
        largest.turnedHeight(),
        fastest == 0
            ? ""
            : String.format(Locale.ROOT, ",FRAME-RATE=%d.%03d", fastest / 1000, fastest % 1000));
  }

  private static VideoFormat format(Track video) {
    return switch (video.codec()) {
      case Codec.Avc avc -> avc.video();
      case Codec.Hevc hevc -> hevc.video();
      case Codec.Aac _, Codec.Opus _ ->
          throw new IllegalArgumentException("not video: " + video.codec().shortName());
    };
  }

  /** As the parameter sets say, else as counted (§ 4.4.6.2 has three decimals); 0 when unknown. */
  private long framesPerKilosecond(RunId run, Track track) {
    long num = format(track).frameRateNum();
    long den = format(track).frameRateDen();
    if (num == 0) {
      long samples = 0;
      long ticks = 0;
      for (FragmentEntry fragment : timeline.fragments()) {
        if (fragment.run().equals(run)) {
          for (PartEntry part : fragment.parts(track.index())) {
            samples += part.sampleCount();
            ticks += part.durationTicks();
          }
        }
      }
      num = samples * track.timescale();
      den = ticks;
    }
    return num == 0 || den == 0 ? 0 : (num * 1000 + den / 2) / den;
  }
}
