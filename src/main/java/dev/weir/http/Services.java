// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.control.Retention;
import dev.weir.control.Streams;
import dev.weir.control.Upkeep;
import dev.weir.hooks.Hooks;
import dev.weir.ingest.Ingest;
import dev.weir.kinesis.video.VideoService;
import dev.weir.playback.Recordings;
import dev.weir.playback.clip.Clips;
import dev.weir.playback.evidence.SignedClips;
import dev.weir.playback.frame.Frames;
import dev.weir.playback.hls.Hls;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.live.LiveMedia;
import dev.weir.playback.storyboard.Storyboards;
import dev.weir.records.Records;
import java.util.Optional;

/**
 * What the routes call. Immutable.
 *
 * @param publicUrl under which clients reach the server, without a slash at its end; what they
 *     reached it under when empty
 */
public record Services(
    Ingest ingest,
    Streams streams,
    Recordings recordings,
    Hls hls,
    MediaSegments segments,
    Clips clips,
    LiveMedia live,
    Frames frames,
    Storyboards storyboards,
    SignedClips signedClips,
    Retention retention,
    Upkeep upkeep,
    VideoService video,
    Hooks hooks,
    Records records,
    Optional<String> publicUrl) {}
