// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.control.AccessKeys;
import dev.weir.control.Streams;
import dev.weir.ingest.Ingest;
import dev.weir.kinesis.signature.Signatures;
import dev.weir.playback.Recordings;
import dev.weir.playback.chunk.Chunks;
import dev.weir.playback.clip.Clips;
import dev.weir.playback.dash.SessionManifests;
import dev.weir.playback.frame.Frames;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.hls.SessionPlaylists;
import dev.weir.playback.hls.TransportSegments;
import dev.weir.playback.live.LiveMedia;
import dev.weir.playback.session.SessionWindows;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Kinesis Video Streams: its table of operations, and who may call them. Thread-safe. */
public final class VideoService {

  /** For which requests are signed. */
  public static final String SIGNED_FOR = "kinesisvideo";

  private final Signatures signatures;
  private final List<Operation> operations;
  private final PutMedia putMedia;
  private final List<SessionResources> sessions;

  /** Ways out of the server that operations are made of. Immutable. */
  public record Playback(
      Recordings recordings,
      Chunks chunks,
      Clips clips,
      Frames frames,
      SessionWindows windows,
      SessionPlaylists playlists,
      SessionManifests manifests,
      MediaSegments segments,
      TransportSegments transport) {}

  /**
   * @param sessionKey what session tokens are made with
   */
  public VideoService(
      AccessKeys keys,
      SessionKey sessionKey,
      Identity identity,
      Quotas quotas,
      Streams streams,
      Ingest ingest,
      LiveMedia live,
      Playback playback,
      InstantSource clock) {
    this.signatures = new Signatures(keys, clock);
    var throttle = new Throttle(quotas.rates());
    var found = new VideoStreams(streams, identity, throttle);
    var all = new ArrayList<Operation>();
    all.addAll(new StreamOperations(found, live, quotas).operations());
    all.addAll(new TagOperations(found).operations());
    all.addAll(new ConfigurationOperations(found).operations());
    all.addAll(new UnsupportedOperations(found).operations());
    all.addAll(
        new FragmentOperations(found, playback.recordings, playback.chunks, quotas, throttle)
            .operations());
    all.addAll(
        new ClipOperations(found, playback.recordings, playback.clips, quotas, throttle)
            .operations());
    all.addAll(
        new PictureOperations(found, playback.recordings, playback.frames, quotas, throttle)
            .operations());
    var shared = new PlaybackSessions(found, playback.windows, sessionKey, quotas, throttle, clock);
    var hls = new HlsSessions(shared, playback.playlists, playback.segments, playback.transport);
    var dash = new DashSessions(shared, playback.manifests);
    all.add(hls.operation());
    all.add(dash.operation());
    this.sessions = List.of(hls, dash);
    this.operations = all.stream().map(each -> each.within(throttle)).toList();
    this.putMedia = new PutMedia(found, ingest, quotas, throttle, clock);
  }

  /** What lies behind the URLs of sessions. */
  public List<SessionResources> sessions() {
    return sessions;
  }

  public PutMedia putMedia() {
    return putMedia;
  }

  public Signatures signatures() {
    return signatures;
  }

  /** Each at its own path. */
  public List<Operation> operations() {
    return operations;
  }
}
