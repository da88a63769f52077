// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.model.Conflict;
import dev.weir.model.LimitExceeded;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.clip.Clip;
import dev.weir.playback.clip.ClipFormat;
import dev.weir.playback.clip.EntityTag;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The key frames shown at regular instants of a range, each once, to be put into a film as they
 * were coded. Holds leases on their files: whoever has it makes a film of it, or closes it.
 * Confined to one thread.
 */
final class Timelapse implements AutoCloseable {

  /** Two minutes and a half at 25 a second; as many leases are held. */
  static final int MOST_PICTURES = 3600;

  private final List<StoredKeyFrame> pictures = new ArrayList<>();
  private final long everyNs;

  private Timelapse(long everyNs) {
    this.everyNs = everyNs;
  }

  /**
   * Finds them. Blocking.
   *
   * @throws NotFound when there is none
   * @throws LimitExceeded when there are too many
   * @throws Conflict when their codec or its configuration changes
   */
  static Timelapse of(Archive archive, StreamId stream, TimeRange range, long everyNs) {
    var timelapse = new Timelapse(everyNs);
    try {
      var plan =
          new SeriesPlan<>(
              archive,
              stream,
              range,
              everyNs,
              true,
              (run, sync, last, times) -> StoredKeyFrame.of(archive, stream, run, sync));
      for (var next = plan.next(); next.isPresent(); next = plan.next()) {
        timelapse.add(next.get());
      }
      if (timelapse.pictures.isEmpty()) {
        throw new NotFound(
            "no picture was recorded then", "from, to", "a range with video", "none");
      }
      return timelapse;
    } catch (RuntimeException e) {
      timelapse.close();
      throw e;
    }
  }

  private void add(StoredKeyFrame next) {
    pictures.add(next);
    if (pictures.size() > MOST_PICTURES) {
      throw new LimitExceeded(
          "too many pictures", "from, to, every", "at most " + MOST_PICTURES, "more");
    }
    StoredKeyFrame first = pictures.getFirst();
    if (!next.track().codec().equals(first.track().codec())) {
      throw new Conflict(
          "the tracks change within the range",
          "from, to",
          "a range with one set of tracks",
          first.track().codec().rfc6381()
              + " until "
              + TimeRange.instant(next.timeNs())
              + ", "
              + next.track().codec().rfc6381()
              + " from then on");
    }
  }

  /**
   * The film; closing its body ends the leases.
   *
   * @param rate pictures a second
   */
  Clip film(int rate, ClipFormat format) {
    ByteSource body =
        new Concatenation(
            switch (format) {
              case MP4 -> TimelapseFilm.mp4(pictures, rate);
              case MKV -> TimelapseFilm.matroska(pictures, rate);
            },
            () -> {});
    long fromNs = pictures.getFirst().timeNs();
    long toNs = pictures.getLast().timeNs() + everyNs;
    return new Clip(
        body,
        format.contentType(),
        tag(rate, format),
        fromNs,
        toNs,
        List.of(new TimeRange(fromNs, toNs)));
  }

  private String tag(int rate, ClipFormat format) {
    return EntityTag.of(
        "timelapse " + format,
        LongStream.concat(
            LongStream.of(rate),
            pictures.stream()
                .flatMapToLong(each ->
                    LongStream.concat(
                        LongStream.of(each.fragment().number().counter()),
                        LongStream.of(each.place())))));
  }

  @Override
  public void close() {
    pictures.forEach(StoredKeyFrame::close);
  }
}
