// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.decode.DecodeRequest;
import dev.weir.decode.Decoders;
import dev.weir.decode.Picture;
import dev.weir.decode.PictureOutput;
import dev.weir.decode.Pictures;
import dev.weir.model.MalformedMedia;
import dev.weir.model.Overloaded;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures of a range, one after another, as its reader pulls them. Each key frame's pictures are
 * decoded in one pass; those that were not pulled yet, at most some megabytes, are all it holds.
 * Confined to one thread at a time; blocks on the archive and on a decoder.
 */
public final class FrameSeries {

  private static final Logger LOG = LoggerFactory.getLogger(FrameSeries.class);

  /** Each time the decoders' own patience is waited. */
  private static final int MOST_TRIES = 12;

  private final Passes plan;
  private final Decoders decoders;
  private final PictureOutput output;
  private final Deque<Frame> ready = new ArrayDeque<>();

  /** What of the pass begun is still to be decoded. */
  private Optional<Remainder> begun = Optional.empty();

  private record Remainder(Passes.Pass pass, List<Long> wanted) {}

  FrameSeries(Passes plan, Decoders decoders, PictureOutput output) {
    this.plan = plan;
    this.decoders = decoders;
    this.output = output;
  }

  /**
   * The next picture; empty at the end. What can't be decoded is passed over.
   *
   * @throws dev.weir.model.UnsupportedMedia when no decoder can do it
   * @throws Overloaded when no decoder is free for long
   */
  public Optional<Frame> next() {
    while (ready.isEmpty()) {
      if (begun.isEmpty()) {
        begun = plan.next().map(pass -> new Remainder(pass, List.copyOf(pass.timesNs().keySet())));
        if (begun.isEmpty()) {
          return Optional.empty();
        }
      }
      begun = decode(begun.get());
    }
    return Optional.of(ready.remove());
  }

  /** Decodes as much as one answer holds; what remains. */
  private Optional<Remainder> decode(Remainder remainder) {
    Passes.Pass pass = remainder.pass;
    Pictures answer;
    try {
      answer = patiently(new DecodeRequest(pass.codec(), pass.samples(), remainder.wanted, output));
    } catch (MalformedMedia e) {
      LOG.info("pictures passed over: {}", e.getMessage());
      return Optional.empty();
    }
    var missing = new ArrayList<>(remainder.wanted);
    answer.pictures().stream()
        .sorted(Comparator.comparingLong(Picture::presentationTime))
        .forEach(picture -> {
          missing.remove(picture.presentationTime());
          ready.add(frame(pass, picture));
        });
    return answer.whole() || missing.isEmpty()
        ? Optional.empty()
        : Optional.of(new Remainder(pass, missing));
  }

  private Pictures patiently(DecodeRequest request) {
    for (int tries = 1; ; tries++) {
      try {
        return decoders.decodeAll(request);
      } catch (Overloaded e) {
        if (tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private Frame frame(Passes.Pass pass, Picture picture) {
    Long timeNs = pass.timesNs().get(picture.presentationTime());
    if (timeNs == null) {
      throw new IllegalStateException("a picture that nobody wanted");
    }
    return new Frame(
        picture.image(),
        output.format().mediaType(),
        picture.width(),
        picture.height(),
        timeNs,
        pass.sync(picture.presentationTime()));
  }
}
