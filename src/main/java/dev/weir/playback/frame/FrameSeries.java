// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.decode.DecodeRequest;
import dev.weir.decode.Decoders;
import dev.weir.decode.Picture;
import dev.weir.decode.PictureOutput;
import dev.weir.decode.Pictures;
import dev.weir.model.MalformedMedia;
import dev.weir.model.Overloaded;
import dev.weir.model.WeirException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures of a range, one after another, as its reader pulls them. Each key frame's pictures are
 * decoded in one pass; while the reader takes those of one, the next are decoded already, a pass a
 * worker. That, at most some megabytes a pass, is all it holds. Confined to one thread at a time;
 * blocks on the archive and on a decoder.
 */
public final class FrameSeries {

  private static final Logger LOG = LoggerFactory.getLogger(FrameSeries.class);

  /** Each time the decoders' own patience is waited. */
  private static final int MOST_TRIES = 12;

  private final Passes plan;
  private final Decoders decoders;
  private final PictureOutput output;
  private final Deque<Frame> ready = new ArrayDeque<>();
  private final Deque<Begun> begun = new ArrayDeque<>();

  /** A pass of which some pictures are still to come. */
  private record Begun(Passes.Pass pass, List<Long> wanted, CompletableFuture<Pictures> answer) {}

  FrameSeries(Passes plan, Decoders decoders, PictureOutput output) {
    this.plan = plan;
    this.decoders = decoders;
    this.output = output;
  }

  /**
   * The next picture; empty at the end. What can't be decoded is passed over. After an error go on
   * with another series: pictures of this one are lost with it.
   *
   * @throws dev.weir.model.UnsupportedMedia when no decoder can do it
   * @throws Overloaded when no decoder is free for long
   */
  public Optional<Frame> next() {
    while (ready.isEmpty()) {
      goAhead();
      if (begun.isEmpty()) {
        return Optional.empty();
      }
      finish(begun.remove());
    }
    return Optional.of(ready.remove());
  }

  private void goAhead() {
    while (begun.size() < decoders.workers()) {
      Optional<Passes.Pass> pass = plan.next();
      if (pass.isEmpty()) {
        return;
      }
      begun.add(begin(pass.get(), List.copyOf(pass.get().timesNs().keySet())));
    }
  }

  private Begun begin(Passes.Pass pass, List<Long> wanted) {
    var request = new DecodeRequest(pass.codec(), pass.samples(), wanted, output);
    return new Begun(
        pass, wanted, CompletableFuture.supplyAsync(() -> patiently(request), decoders.threads()));
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

  /** Takes an answer; what was too much for it is asked for anew. */
  private void finish(Begun first) {
    Pictures answer;
    try {
      answer = answer(first.answer);
    } catch (MalformedMedia e) {
      LOG.info("pictures passed over: {}", e.getMessage());
      return;
    }
    var missing = new ArrayList<>(first.wanted);
    answer.pictures().stream()
        .sorted(Comparator.comparingLong(Picture::presentationTime))
        .forEach(picture -> {
          missing.remove(picture.presentationTime());
          ready.add(frame(first.pass, picture));
        });
    if (!answer.whole() && !missing.isEmpty()) {
      begun.addFirst(begin(first.pass, missing));
    }
  }

  private static Pictures answer(CompletableFuture<Pictures> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof WeirException refusal) {
        throw refusal;
      }
      throw e;
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
