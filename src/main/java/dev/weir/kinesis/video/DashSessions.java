// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.bytes.ByteSource;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.Conflict;
import dev.weir.model.FragmentNumber;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.playback.dash.DashOrigin;
import dev.weir.playback.dash.DashSession;
import dev.weir.playback.dash.DashUris;
import dev.weir.playback.dash.Numbering;
import dev.weir.playback.dash.SessionManifests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** DASH sessions: the URL that opens one, and what lies behind it. Thread-safe. */
final class DashSessions implements SessionResources {

  private static final String FOLDER = "/dash/v1/";
  private static final String MANIFEST = "getDASHManifest.mpd";
  private static final String INIT = "getMP4InitFragment.mp4";
  private static final String MEDIA = "getMP4MediaFragment.mp4";

  private static final SessionInput INPUT =
      new SessionInput("DASHFragmentSelector", "MaxManifestFragmentResults");

  private final PlaybackSessions sessions;
  private final SessionManifests manifests;

  DashSessions(PlaybackSessions sessions, SessionManifests manifests) {
    this.sessions = sessions;
    this.manifests = manifests;
  }

  Operation operation() {
    return Operation.of(
        "GetDASHStreamingSessionURL",
        sessions
            .structure(INPUT)
            .optional("DisplayFragmentNumber", Shapes.choice("ALWAYS", "NEVER")),
        ErrorName.NOT_AUTHORIZED,
        this::open);
  }

  private Answer open(Call call) {
    PlaybackSessions.Opened opened = sessions.open(call, INPUT);
    DashOrigin origin =
        manifests.origin(opened.id(), opened.query()).orElseThrow(Selection::nothing);
    ObjectNode session =
        PlaybackSessions.describe(opened, FOLDER)
            .put("numbered", call.text("DisplayFragmentNumber").orElse("NEVER").equals("ALWAYS"))
            .put("run", origin.run().value())
            .put("available", origin.availableFromNs());
    switch (origin.numbering()) {
      case Numbering.Live(long firstOrdinal, long zeroNs) ->
          session.put("ordinal", firstOrdinal).put("zero", zeroNs);
      case Numbering.Listed(FragmentNumber anchor, long number, long shiftNs) ->
          session.put("anchor", anchor.toString()).put("number", number).put("shift", shiftNs);
    }
    return sessions.url(call, "DASHStreamingSessionURL", FOLDER + MANIFEST, session);
  }

  private static DashSession session(JsonNode session) {
    Numbering numbering =
        session.has("anchor")
            ? new Numbering.Listed(
                FragmentNumber.parse(session.get("anchor").asText()),
                session.get("number").asLong(),
                session.get("shift").asLong())
            : new Numbering.Live(session.get("ordinal").asLong(), session.get("zero").asLong());
    return new DashSession(
        PlaybackSessions.query(session),
        new DashOrigin(
            new RunId(session.get("run").asLong()), session.get("available").asLong(), numbering),
        session.get("numbered").asBoolean());
  }

  @Override
  public String folder() {
    return FOLDER;
  }

  @Override
  public List<String> names() {
    return List.of(MANIFEST, INIT, MEDIA);
  }

  @Override
  public Answer resource(String name, Function<String, Optional<String>> parameter) {
    SessionRequest request = sessions.request(FOLDER, parameter);
    StreamId stream = request.stream();
    DashSession session = session(request.session());
    switch (name) {
      case MANIFEST -> sessions.listing(request, name);
      case INIT -> sessions.describing(request, name);
      default -> sessions.fetching(request, name);
    }
    return switch (name) {
      case MANIFEST -> manifest(manifests.manifest(stream, session, new Uris(request.token())));
      case INIT ->
          new Answer.Media("video/mp4", manifests.init(stream, session, request.trackIndex()));
      default -> new Answer.Media("video/mp4", media(stream, session, request));
    };
  }

  private ByteSource media(StreamId stream, DashSession session, SessionRequest request) {
    try {
      return manifests.media(
          stream, session, request.number("FragmentNumber"), request.trackIndex());
    } catch (Conflict e) {
      throw new Refusal(ErrorName.INVALID_CODEC_PRIVATE_DATA, e.getMessage());
    }
  }

  private static Answer manifest(String manifest) {
    return new Answer.Media(
        "application/dash+xml", ByteSource.of(manifest.getBytes(StandardCharsets.UTF_8)));
  }

  /** Names beside each other in one folder. */
  private record Uris(String token) implements DashUris {

    @Override
    public String init(int trackIndex) {
      return INIT + "?SessionToken=" + token + "&TrackNumber=" + (trackIndex + 1);
    }

    @Override
    public String media(String number, int trackIndex) {
      return MEDIA
          + ("?FragmentNumber=" + number)
          + ("&SessionToken=" + token)
          + ("&TrackNumber=" + (trackIndex + 1));
    }
  }
}
