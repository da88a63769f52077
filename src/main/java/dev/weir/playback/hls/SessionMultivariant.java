// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Timeline;
import dev.weir.model.Codec;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.RunHeader;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import dev.weir.model.VideoFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a session's multivariant playlist, of the newest run. Stateless. */
final class SessionMultivariant {

  private SessionMultivariant() {}

  static String write(
      Timeline timeline, List<FragmentEntry> fragments, HlsSession session, SessionUris uris) {
    RunHeader run = timeline.run(fragments.getLast());
    List<Track> audios = Rendition.of(run, TrackKind.AUDIO);
    Track main = run.mainTrack();
    boolean group = main.kind() == TrackKind.VIDEO && !audios.isEmpty() && !session.isTransport();
    var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    if (group) {
      text.append("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"audio\",DEFAULT=YES,")
          .append("AUTOSELECT=YES,URI=\"")
          .append(uris.playlist(audios.getFirst().index()))
          .append("\"\n");
    }
    String codecs =
        run.tracks().stream()
            .map(track -> track.codec().rfc6381())
            .distinct()
            .collect(Collectors.joining(","));
    text.append("#EXT-X-STREAM-INF:CODECS=\"").append(codecs).append('"');
    switch (main.codec()) {
      case Codec.Avc avc -> size(text, avc.video());
      case Codec.Hevc hevc -> size(text, hevc.video());
      case Codec.Aac _, Codec.Opus _ -> {}
    }
    text.append(",BANDWIDTH=").append(peak(fragments));
    return text.append(group ? ",AUDIO=\"audio\"\n" : "\n")
        .append(uris.playlist(main.index()))
        .append('\n')
        .toString();
  }

  private static void size(StringBuilder text, VideoFormat video) {
    text.append(",RESOLUTION=")
        .append(video.turnedWidth())
        .append('x')
        .append(video.turnedHeight());
  }

  /** Bits a second of the densest fragment. */
  private static long peak(List<FragmentEntry> fragments) {
    long peak = 1;
    for (FragmentEntry fragment : fragments) {
      long ms = Math.max(1, fragment.durationNs() / MediaTime.NANOS_PER_MILLI);
      peak = Math.max(peak, fragment.payloadBytes() * 8 * 1000 / ms);
    }
    return peak;
  }
}
