// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.bytes.ByteSource;
import dev.weir.kinesis.ErrorName;
import dev.weir.model.Clock;
import dev.weir.model.FragmentNumber;
import dev.weir.model.LivePlace;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.playback.hls.Counting;
import dev.weir.playback.hls.HlsSession;
import dev.weir.playback.hls.HlsSession.ContainerFormat;
import dev.weir.playback.hls.HlsSession.Discontinuities;
import dev.weir.playback.hls.ListPlace;
import dev.weir.playback.hls.LiveCount;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.hls.SessionPlaylists;
import dev.weir.playback.hls.SessionUris;
import dev.weir.playback.hls.TransportSegments;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** HLS sessions: the URL that opens one, and what lies behind it. Thread-safe. */
final class HlsSessions implements SessionResources {

  private static final String FOLDER = "/hls/v1/";
  private static final String MASTER = "getHLSMasterPlaylist.m3u8";
  private static final String PLAYLIST = "getHLSMediaPlaylist.m3u8";
  private static final String INIT = "getMP4InitFragment.mp4";
  private static final String MEDIA = "getMP4MediaFragment.mp4";

  private static final String TRANSPORT = "getTSFragment.ts";

  private static final SessionInput INPUT =
      new SessionInput("HLSFragmentSelector", "MaxMediaPlaylistFragmentResults");

  private final PlaybackSessions sessions;
  private final SessionPlaylists playlists;
  private final MediaSegments segments;
  private final TransportSegments transport;

  HlsSessions(
      PlaybackSessions sessions,
      SessionPlaylists playlists,
      MediaSegments segments,
      TransportSegments transport) {
    this.sessions = sessions;
    this.playlists = playlists;
    this.segments = segments;
    this.transport = transport;
  }

  Operation operation() {
    return Operation.of(
        "GetHLSStreamingSessionURL",
        sessions
            .structure(INPUT)
            .optional("ContainerFormat", Shapes.choice("FRAGMENTED_MP4", "MPEG_TS"))
            .optional("DiscontinuityMode", Shapes.choice("ALWAYS", "NEVER", "ON_DISCONTINUITY")),
        ErrorName.NOT_AUTHORIZED,
        this::open);
  }

  private Answer open(Call call) {
    PlaybackSessions.Opened opened = sessions.open(call, INPUT);
    var container = ContainerFormat.valueOf(call.text("ContainerFormat").orElse("FRAGMENTED_MP4"));
    if (container == ContainerFormat.MPEG_TS) {
      transport.check(opened.id(), opened.query());
    }
    var unnumbered =
        new HlsSession(opened.query(), discontinuities(call), container, Optional.empty());
    ObjectNode session =
        PlaybackSessions.describe(opened, FOLDER)
            .put("target", opened.stream().stream().settings().targetDuration().toNanos())
            .put("discontinuities", unnumbered.discontinuities().name())
            .put("container", container.name());
    switch (playlists.counted(opened.id(), unnumbered)) {
      case ListPlace(FragmentNumber fragment, long segments, long discontinuities) ->
          session
              .put("anchor", fragment.toString())
              .put("segments", segments)
              .put("breaks", discontinuities);
      case LiveCount(LivePlace place, long producerNs, long discontinuities) ->
          session
              .put("ordinal", place.liveOrdinal())
              .put("connections", place.discontinuityOrdinal())
              .put("start", producerNs)
              .put("breaks", discontinuities);
    }
    return sessions.url(call, "HLSStreamingSessionURL", FOLDER + MASTER, session);
  }

  private static Discontinuities discontinuities(Call call) {
    String asked =
        call.text("DiscontinuityMode")
            .orElse(INPUT.clock(call) == Clock.SERVER ? "ALWAYS" : "NEVER");
    return asked.equals("ON_DISCONTINUITY")
        ? Discontinuities.AT_GAPS
        : Discontinuities.valueOf(asked);
  }

  private static HlsSession session(JsonNode session) {
    return new HlsSession(
        PlaybackSessions.query(session),
        Discontinuities.valueOf(session.get("discontinuities").asText()),
        ContainerFormat.valueOf(session.get("container").asText()),
        Optional.of(counting(session)));
  }

  private static Counting counting(JsonNode session) {
    long breaks = session.get("breaks").asLong();
    return session.has("anchor")
        ? new ListPlace(
            FragmentNumber.parse(session.get("anchor").asText()),
            session.get("segments").asLong(),
            breaks)
        : new LiveCount(
            new LivePlace(session.get("ordinal").asLong(), session.get("connections").asLong()),
            session.get("start").asLong(),
            breaks);
  }

  @Override
  public String folder() {
    return FOLDER;
  }

  @Override
  public List<String> names() {
    return List.of(MASTER, PLAYLIST, INIT, MEDIA, TRANSPORT);
  }

  @Override
  public Answer resource(String name, Function<String, Optional<String>> parameter) {
    SessionRequest request = sessions.request(FOLDER, parameter);
    StreamId stream = request.stream();
    HlsSession session = session(request.session());
    var uris = new Uris(request.token());
    switch (name) {
      case PLAYLIST -> sessions.listing(request, name);
      case MASTER, INIT -> sessions.describing(request, name);
      default -> sessions.fetching(request, name);
    }
    return switch (name) {
      case MASTER -> text(playlists.multivariant(stream, session, uris));
      case PLAYLIST ->
          text(
              playlists.media(
                  stream,
                  session,
                  request.trackIndex(),
                  request.session().get("target").asLong(),
                  uris));
      case INIT ->
          new Answer.Media(
              "video/mp4",
              segments.init(
                  stream, new RunId(request.number("SequenceNumber")), request.trackIndex()));
      case TRANSPORT ->
          new Answer.Media(
              "video/mp2t",
              transport.media(stream, sessions.fragment(request), (int) request.number("Segment")));
      default ->
          new Answer.Media(
              "video/mp4",
              segments.media(
                  stream,
                  sessions.fragment(request),
                  (int) request.number("Segment"),
                  request.trackIndex()));
    };
  }

  private static Answer text(String playlist) {
    return new Answer.Media(
        "application/vnd.apple.mpegurl", ByteSource.of(playlist.getBytes(StandardCharsets.UTF_8)));
  }

  /** Names beside each other in one folder. */
  private record Uris(String token) implements SessionUris {

    @Override
    public String playlist(int trackIndex) {
      return PLAYLIST + "?SessionToken=" + token + "&TrackNumber=" + (trackIndex + 1);
    }

    @Override
    public String init(RunId run, int trackIndex) {
      return INIT
          + ("?SessionToken=" + token)
          + ("&TrackNumber=" + (trackIndex + 1))
          + ("&SequenceNumber=" + run);
    }

    @Override
    public String media(FragmentNumber number, int segment, int trackIndex) {
      return MEDIA
          + ("?FragmentNumber=" + number)
          + ("&SessionToken=" + token)
          + ("&TrackNumber=" + (trackIndex + 1))
          + (segment == 0 ? "" : "&Segment=" + segment);
    }

    @Override
    public String transport(FragmentNumber number, int segment) {
      return TRANSPORT
          + ("?FragmentNumber=" + number)
          + ("&SessionToken=" + token)
          + (segment == 0 ? "" : "&Segment=" + segment);
    }
  }
}
