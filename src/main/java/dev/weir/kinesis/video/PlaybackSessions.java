// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.Clock;
import dev.weir.model.FragmentNumber;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.session.ReplayPace;
import dev.weir.playback.session.SessionQuery;
import dev.weir.playback.session.SessionQuery.Mode;
import dev.weir.playback.session.SessionWindows;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * What sessions of every kind have in common: which are opened, and the tokens that say what they
 * are of. Thread-safe.
 */
final class PlaybackSessions {

  private static final long LIVE_WITHIN_NS = 30 * MediaTime.NANOS_PER_SECOND;

  private final VideoStreams streams;
  private final SessionWindows windows;
  private final SessionToken tokens;
  private final Quotas quotas;
  private final Throttle throttle;
  private final InstantSource clock;

  /** What a call asks for, of a stream that has it. */
  record Opened(VideoStream stream, SessionQuery query) {
    StreamId id() {
      return stream.stream().id();
    }
  }

  PlaybackSessions(
      VideoStreams streams,
      SessionWindows windows,
      SessionKey key,
      Quotas quotas,
      Throttle throttle,
      InstantSource clock) {
    this.streams = streams;
    this.windows = windows;
    this.tokens = new SessionToken(key, clock);
    this.quotas = quotas;
    this.throttle = throttle;
    this.clock = clock;
  }

  /** The members that calls for a kind of session have. */
  Structure structure(SessionInput input) {
    return input.structure(quotas.session().toSeconds());
  }

  /**
   * @throws Refusal when there is nothing to play
   */
  Opened open(Call call, SessionInput input) {
    VideoStream stream = streams.retaining(call);
    StreamId id = stream.stream().id();
    long nowNs = TimeRange.nanos(clock.instant());
    SessionQuery query = input.query(call, nowNs, windows.settledCounter(id));
    boolean silent =
        query.mode() == Mode.LIVE && windows.newestServerNs(id) < nowNs - LIVE_WITHIN_NS;
    if (silent) {
      throw Selection.nothing();
    }
    return new Opened(stream, windows.begin(id, query).orElseThrow(Selection::nothing));
  }

  /**
   * What of a session every kind says.
   *
   * @param folder of what it gives access to
   */
  static ObjectNode describe(Opened opened, String folder) {
    SessionQuery query = opened.query;
    ObjectNode session =
        Json.object()
            .put("folder", folder)
            .put("stream", opened.id().toString())
            .put("mode", query.mode().name())
            .put("clock", query.clock().name())
            .put("from", query.fromNs())
            .put("most", query.mostFragments())
            .put("dated", query.dated())
            .put("began", query.beganNs())
            .put("settled", query.settledCounter());
    query.toNs().ifPresent(to -> session.put("to", to));
    query
        .pace()
        .ifPresent(pace ->
            session
                .putObject("pace")
                .put("fragment", pace.fragment().toString())
                .put("start", pace.startNs())
                .put("head", pace.headNs()));
    return session;
  }

  static SessionQuery query(JsonNode session) {
    return new SessionQuery(
        Mode.valueOf(session.get("mode").asText()),
        Clock.valueOf(session.get("clock").asText()),
        session.get("from").asLong(),
        session.has("to") ? Optional.of(session.get("to").asLong()) : Optional.empty(),
        session.get("most").asInt(),
        session.get("dated").asBoolean(),
        session.get("began").asLong(),
        session.get("settled").asLong(),
        session.has("pace") ? Optional.of(pace(session.get("pace"))) : Optional.empty());
  }

  private static ReplayPace pace(JsonNode pace) {
    return new ReplayPace(
        FragmentNumber.parse(pace.get("fragment").asText()),
        pace.get("start").asLong(),
        pace.get("head").asLong());
  }

  /**
   * The fragment that a request names.
   *
   * @throws dev.weir.model.NotFound when it is none of the session's
   */
  FragmentNumber fragment(SessionRequest request) {
    FragmentNumber number = FragmentNumber.parse(request.text("FragmentNumber"));
    windows.check(request.stream(), query(request.session()), number);
    return number;
  }

  /** A playlist or manifest is asked for. */
  void listing(SessionRequest request, String name) {
    throttle.list(request.token(), name);
    throttle.metadata(request.stream(), query(request.session()).mostFragments());
  }

  /** What a player needs once is asked for: which lists there are, or an init segment. */
  void describing(SessionRequest request, String name) {
    throttle.list(request.token(), name);
  }

  /** A segment is asked for. */
  void fetching(SessionRequest request, String name) {
    throttle.segment(request.token(), name);
    throttle.media(request.stream(), 1);
  }

  /** The answer to a call: the URL of a session. */
  Answer url(Call call, String member, String path, ObjectNode session) {
    String token = tokens.seal(session, SessionInput.expiresSeconds(call));
    return new Answer.Json(
        Json.object().put(member, call.endpoint() + path + "?SessionToken=" + token));
  }

  /**
   * @param folder that is asked for
   * @throws Refusal when the token does not count, or not here
   */
  SessionRequest request(String folder, Function<String, Optional<String>> parameter) {
    String token =
        parameter
            .apply("SessionToken")
            .orElseThrow(
                () -> new Refusal(ErrorName.MISSING_AUTHENTICATION_TOKEN, "Missing SessionToken"));
    JsonNode session = tokens.open(token);
    if (!session.path("folder").asText().equals(folder)) {
      throw new Refusal(ErrorName.UNRECOGNIZED_CLIENT, "Streaming session token is not for this");
    }
    return new SessionRequest(token, session, parameter);
  }
}
