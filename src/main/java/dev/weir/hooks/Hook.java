// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.InvalidArgument;
import dev.weir.playback.frame.FrameForm;
import dev.weir.records.RecordFilter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A subscription. Immutable.
 *
 * @param streams names of streams; {@code *} stands for any letters
 * @param on what it tells of
 * @param every of frames: from picture to picture; zero for each key frame
 * @param url where it goes: a web address, or how clients are told of another place
 * @param latest of frames: a receiver that is slow gets the newest and never those before
 * @param json deliveries are JSON, pictures in base64; else a picture is sent as it is
 * @param form of pictures
 * @param after of silence: how long
 * @param records of records: which
 * @param limit what is older than this when its turn comes is given up
 * @param giveUp how long one delivery is tried
 */
public record Hook(
    String id,
    String streams,
    HookEvent on,
    Duration every,
    boolean latest,
    URI url,
    String secret,
    boolean json,
    FrameForm form,
    Duration after,
    RecordFilter records,
    Duration limit,
    Duration giveUp,
    Instant created) {

  /** Clients can't name those with a colon: they are of streams' settings. */
  private static final Pattern ID =
      Pattern.compile("[a-zA-Z0-9_.-]{1,128}(:[a-zA-Z0-9_.-]{1,256})?");

  private static final Pattern STREAMS = Pattern.compile("[a-zA-Z0-9_.*-]{1,256}");

  /** What {@code every} may be. */
  static final String EVERY = "keyframe, or 10ms or more";

  static final Duration DEFAULT_AFTER = Duration.ofSeconds(10);
  static final Duration DEFAULT_LIMIT = Duration.ofDays(1);
  static final Duration DEFAULT_GIVE_UP = Duration.ofHours(1);
  private static final int LONGEST_SECRET = 256;
  private static final Duration SHORTEST_STEP = Duration.ofMillis(10);

  public Hook {
    demand(ID.matcher(id).matches(), "id", "1 to 128 of a-z A-Z 0-9 _ . -", id);
    demand(
        STREAMS.matcher(streams).matches(), "streams", "a name, with * for any letters", streams);
    demand(secret.length() <= LONGEST_SECRET, "secret", "at most 256 characters", "more");
    demand(every.isZero() || every.compareTo(SHORTEST_STEP) >= 0, "every", EVERY, every.toString());
    demand(after.toSeconds() >= 1, "after", "1s or more", after.toString());
    demand(limit.toSeconds() >= 1, "limit", "1s or more", limit.toString());
    demand(giveUp.toMillis() >= 1, "giveUp", "1ms or more", giveUp.toString());
  }

  /** Pictures, as JPEG, for somebody in this process; from picture to picture so long. */
  static Hook ofFrames(String id, String streams, Duration every, FrameForm form, Instant created) {
    return inProcess(id, streams, HookEvent.FRAME, every, form, created);
  }

  /** Fragments, for somebody in this process. */
  static Hook ofFragments(String id, String streams, Instant created) {
    return inProcess(id, streams, HookEvent.FRAGMENT, Duration.ZERO, FrameForm.JPEG, created);
  }

  private static Hook inProcess(
      String id, String streams, HookEvent on, Duration every, FrameForm form, Instant created) {
    return new Hook(
        id,
        streams,
        on,
        every,
        false,
        URI.create("process:" + id),
        "",
        on != HookEvent.FRAME,
        form,
        DEFAULT_AFTER,
        RecordFilter.ALL,
        DEFAULT_LIMIT,
        DEFAULT_GIVE_UP,
        created);
  }

  private static void demand(boolean good, String field, String expected, String found) {
    if (!good) {
      throw new InvalidArgument(
          "hook", field, expected, found.length() > 100 ? "a long text" : found);
    }
  }

  /** Whether a stream is meant. */
  boolean matches(String stream) {
    String[] literals = streams.split("\\*", -1);
    var pattern = new StringBuilder(Pattern.quote(literals[0]));
    for (int i = 1; i < literals.length; i++) {
      pattern.append(".*").append(Pattern.quote(literals[i]));
    }
    return Pattern.matches(pattern.toString(), stream);
  }

  /** Whether it tells of key frames alone. */
  boolean keyFrames() {
    return every.isZero();
  }
}
