// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.bytes.ByteSource;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.Clock;
import dev.weir.model.FragmentNumber;
import dev.weir.model.MediaTime;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.hls.SessionPlaylists;
import dev.weir.playback.hls.SessionQuery;
import dev.weir.playback.hls.SessionQuery.Discontinuities;
import dev.weir.playback.hls.SessionQuery.Mode;
import dev.weir.playback.hls.SessionUris;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** HLS sessions: the URL that opens one, and what lies behind it. Thread-safe. */
public final class HlsSessions {

  public static final String FOLDER = "/hls/v1/";

  private static final String MASTER = "getHLSMasterPlaylist.m3u8";
  private static final String PLAYLIST = "getHLSMediaPlaylist.m3u8";
  private static final String INIT = "getMP4InitFragment.mp4";
  private static final String MEDIA = "getMP4MediaFragment.mp4";

  /** What lies in the folder. */
  public static final List<String> RESOURCES = List.of(MASTER, PLAYLIST, INIT, MEDIA);

  private static final long LIVE_WITHIN_NS = 30 * MediaTime.NANOS_PER_SECOND;

  private final VideoStreams streams;
  private final SessionPlaylists playlists;
  private final MediaSegments segments;
  private final SessionToken tokens;
  private final InstantSource clock;

  HlsSessions(
      VideoStreams streams,
      SessionPlaylists playlists,
      MediaSegments segments,
      InstantSource clock) {
    this.streams = streams;
    this.playlists = playlists;
    this.segments = segments;
    this.tokens = new SessionToken(clock);
    this.clock = clock;
  }

  List<Operation> operations() {
    return List.of(
        Operation.of(
            "GetHLSStreamingSessionURL",
            SessionInput.INPUT,
            ErrorName.NOT_AUTHORIZED,
            this::openSession));
  }

  private Answer openSession(Call call) {
    VideoStream stream = streams.retaining(call);
    long nowNs = TimeRange.nanos(clock.instant());
    SessionQuery query = SessionInput.query(call, nowNs);
    StreamId id = stream.stream().id();
    boolean silent =
        query.mode() == Mode.LIVE && playlists.newestServerNs(id) < nowNs - LIVE_WITHIN_NS;
    if (silent || playlists.isEmpty(id, query)) {
      throw Selection.nothing();
    }
    String token = tokens.seal(describe(stream, query), SessionInput.expiresSeconds(call));
    return new Answer.Json(
        Json.object()
            .put(
                "HLSStreamingSessionURL",
                call.endpoint() + FOLDER + MASTER + "?SessionToken=" + token));
  }

  private static ObjectNode describe(VideoStream stream, SessionQuery query) {
    ObjectNode session =
        Json.object()
            .put("stream", stream.stream().id().toString())
            .put("target", stream.stream().settings().targetDuration().toNanos())
            .put("mode", query.mode().name())
            .put("clock", query.clock().name())
            .put("from", query.fromNs())
            .put("most", query.mostFragments())
            .put("discontinuities", query.discontinuities().name())
            .put("dated", query.dated())
            .put("began", query.beganNs());
    query.toNs().ifPresent(to -> session.put("to", to));
    return session;
  }

  private static SessionQuery query(JsonNode session) {
    return new SessionQuery(
        Mode.valueOf(session.get("mode").asText()),
        Clock.valueOf(session.get("clock").asText()),
        session.get("from").asLong(),
        session.has("to") ? Optional.of(session.get("to").asLong()) : Optional.empty(),
        session.get("most").asInt(),
        Discontinuities.valueOf(session.get("discontinuities").asText()),
        session.get("dated").asBoolean(),
        session.get("began").asLong());
  }

  /**
   * Something of a session.
   *
   * @param name one of {@link #RESOURCES}
   * @param parameter of the query, by its name
   * @throws Refusal when the token does not count
   */
  public Answer resource(String name, Function<String, Optional<String>> parameter) {
    String token =
        parameter
            .apply("SessionToken")
            .orElseThrow(
                () -> new Refusal(ErrorName.MISSING_AUTHENTICATION_TOKEN, "Missing SessionToken"));
    JsonNode session = tokens.open(token);
    StreamId stream = StreamId.parse(session.get("stream").asText());
    var uris = new Uris(token);
    return switch (name) {
      case MASTER -> text(playlists.multivariant(stream, query(session), uris));
      case PLAYLIST ->
          text(
              playlists.media(
                  stream, query(session), track(parameter), session.get("target").asLong(), uris));
      case INIT ->
          new Answer.Media(
              "video/mp4",
              segments.init(
                  stream, new RunId(number(parameter, "SequenceNumber")), track(parameter)));
      default ->
          new Answer.Media(
              "video/mp4",
              segments.media(
                  stream,
                  FragmentNumber.parse(parameter.apply("FragmentNumber").orElse("")),
                  (int) number(parameter, "Segment"),
                  track(parameter)));
    };
  }

  private static Answer text(String playlist) {
    return new Answer.Media(
        "application/vnd.apple.mpegurl", ByteSource.of(playlist.getBytes(StandardCharsets.UTF_8)));
  }

  private static int track(Function<String, Optional<String>> parameter) {
    return (int) number(parameter, "TrackNumber") - 1;
  }

  private static long number(Function<String, Optional<String>> parameter, String name) {
    String text = parameter.apply(name).orElse("0");
    if (!text.matches("[0-9]{1,18}")) {
      throw Rule.broken(name, "must be a whole number");
    }
    return Long.parseLong(text);
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
  }
}
