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

  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
  private static final Pattern STREAMS = Pattern.compile("[a-zA-Z0-9_.*-]{1,256}");
  private static final int LONGEST_SECRET = 256;
  private static final int LONGEST_URL = 2000;
  private static final Duration SHORTEST_STEP = Duration.ofMillis(10);

  public Hook {
    demand(ID.matcher(id).matches(), "id", "1 to 128 of a-z A-Z 0-9 _ . -", id);
    demand(
        STREAMS.matcher(streams).matches(), "streams", "a name, with * for any letters", streams);
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    demand(
        web
            && url.getHost() != null
            && url.getUserInfo() == null
            && url.toString().length() <= LONGEST_URL,
        "url",
        "an http or https address without a user",
        "another");
    demand(secret.length() <= LONGEST_SECRET, "secret", "at most 256 characters", "more");
    demand(
        every.isZero() || every.compareTo(SHORTEST_STEP) >= 0,
        "every",
        "keyframe, or 10ms or more",
        every.toString());
    demand(after.toSeconds() >= 1, "after", "1s or more", after.toString());
    demand(limit.toSeconds() >= 1, "limit", "1s or more", limit.toString());
    demand(giveUp.toMillis() >= 1, "giveUp", "1ms or more", giveUp.toString());
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
