// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.storyboard;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Bytes;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.playback.ProducerRange;
import dev.weir.playback.frame.FrameForm;
import dev.weir.playback.frame.FrameSeries;
import dev.weir.playback.frame.Frames;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * Sheets of small pictures, and the WebVTT file that says which tile belongs to which time.
 * Thread-safe; blocks on archive, decoder and disk.
 */
public final class Storyboards {

  /** Raised whenever the same plan would be drawn otherwise. */
  private static final int DRAWING_VERSION = 1;

  private static final long MILLI = MediaTime.NANOS_PER_MILLI;
  private static final long SHORTEST_STEP_NS = MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final Frames frames;
  private final SheetCache cache;

  /**
   * @param folder for sheets that were drawn
   * @param budgetBytes what they may have together
   */
  public Storyboards(
      Archive archive, Frames frames, Path folder, long budgetBytes, InstantSource clock) {
    this.archive = archive;
    this.frames = frames;
    this.cache = new SheetCache(folder, budgetBytes, clock);
  }

  /** A sheet as a JPEG. Immutable. */
  public record Sheet(Bytes jpeg, String etag) {}

  /**
   * The tiles of a range, cut to what is recorded.
   *
   * @param clock by which the range is meant; the plan is by the producer's
   * @param everyNs from tile to tile; empty for as many as one sheet holds
   * @throws NotFound when nothing is recorded in it
   */
  public SheetPlan plan(
      StreamId stream, TimeRange asked, Clock clock, Optional<Long> everyNs, int tileWidth) {
    TimeRange range = ProducerRange.of(archive, stream, asked, clock);
    StreamStatus status = archive.status(stream);
    // An address carries milliseconds, so a plan is made of whole ones.
    long fromNs = Math.floorDiv(Math.max(range.fromNs(), status.firstProducerNs()), MILLI) * MILLI;
    long toNs = Math.ceilDiv(Math.min(range.toNs(), status.lastProducerNs()), MILLI) * MILLI;
    if (status.fragments() == 0 || fromNs >= toNs) {
      throw new NotFound("no media", "from, to", "a range with recorded media", "none");
    }
    long step =
        everyNs.orElseGet(() ->
            Math.max(
                SHORTEST_STEP_NS,
                Math.ceilDiv(toNs - fromNs, SheetPlan.MOST_TILES * MILLI) * MILLI));
    return new SheetPlan(new TimeRange(fromNs, toNs), step, tileWidth);
  }

  /**
   * The first sheet of a plan, from the cache if it was drawn since the media changed.
   *
   * @throws NotFound when there is no picture in it
   */
  public Sheet sheet(StreamId stream, SheetPlan whole) {
    SheetPlan plan = whole.sheets().getFirst();
    String key = key(stream, plan);
    Bytes jpeg =
        cache
            .find(stream, plan.range().fromNs(), key)
            .orElseGet(() -> {
              Bytes drawn = draw(stream, plan);
              cache.keep(stream, plan.range().fromNs(), key, drawn);
              return drawn;
            });
    return new Sheet(jpeg, '"' + key + '"');
  }

  private Bytes draw(StreamId stream, SheetPlan plan) {
    var form =
        new FrameForm(false, FrameForm.DEFAULT_QUALITY, plan.tileWidth(), FrameForm.LARGEST_SIDE);
    return SheetPicture.draw(plan, keyFrames(stream, plan, form));
  }

  private FrameSeries keyFrames(StreamId stream, SheetPlan plan, FrameForm form) {
    // The first instant, of whole milliseconds, may be just before the first picture.
    long firstNs = Math.max(plan.range().fromNs(), archive.status(stream).firstProducerNs());
    var range = new TimeRange(firstNs, Math.max(firstNs, plan.range().toNs()));
    return frames.series(stream, range, Clock.PRODUCER, plan.everyNs(), true, form);
  }

  /** Everything that the drawing follows from: stored fragments never change. */
  private String key(StreamId stream, SheetPlan plan) {
    MessageDigest digest = sha256();
    digest.update(
        ByteBuffer.allocate(5 * Long.BYTES)
            .putLong(DRAWING_VERSION)
            .putLong(plan.range().fromNs())
            .putLong(plan.range().toNs())
            .putLong(plan.everyNs())
            .putLong(plan.tileWidth())
            .flip());
    try (Timeline timeline = archive.find(stream, plan.range(), Clock.PRODUCER)) {
      for (FragmentEntry fragment : timeline.fragments()) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(fragment.number().counter()).flip());
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  /**
   * The WebVTT file: a cue a tile where something is recorded, counted from the beginning of the
   * range.
   */
  public String vtt(StreamId stream, SheetPlan plan) {
    int tileHeight = tileHeight(stream, plan);
    var text = new StringBuilder("WEBVTT\n");
    for (SheetPlan sheet : plan.sheets()) {
      String address =
          "storyboard.jpg?from=%s&to=%s&every=%dms&width=%d"
              .formatted(
                  millis(sheet.range().fromNs()),
                  millis(sheet.range().toNs()),
                  millis(sheet.everyNs()),
                  sheet.tileWidth());
      try (Timeline timeline = archive.find(stream, sheet.range(), Clock.PRODUCER)) {
        for (int tile = 0; tile < sheet.tiles(); tile++) {
          long fromNs = sheet.instantNs(tile);
          long toNs = Math.min(fromNs + sheet.everyNs(), sheet.range().toNs());
          boolean recorded =
              timeline.fragments().stream()
                  .anyMatch(each -> each.producerTimeNs() < toNs && each.producerEndNs() > fromNs);
          if (recorded) {
            text.append('\n')
                .append(time(fromNs - plan.range().fromNs()))
                .append(" --> ")
                .append(time(toNs - plan.range().fromNs()))
                .append('\n')
                .append(address)
                .append("#xywh=")
                .append(tile % SheetPlan.COLUMNS * sheet.tileWidth())
                .append(',')
                .append(tile / SheetPlan.COLUMNS * tileHeight)
                .append(',')
                .append(sheet.tileWidth())
                .append(',')
                .append(tileHeight)
                .append('\n');
          }
        }
      }
    }
    return text.toString();
  }

  /** As the first picture of the plan has it. */
  private int tileHeight(StreamId stream, SheetPlan plan) {
    var form =
        new FrameForm(false, FrameForm.DEFAULT_QUALITY, plan.tileWidth(), FrameForm.LARGEST_SIDE);
    return keyFrames(stream, plan, form)
        .next()
        .orElseThrow(() ->
            new NotFound("no picture was recorded then", "from, to", "a range with video", "none"))
        .height();
  }

  private static long millis(long ns) {
    return ns / MILLI;
  }

  private static String time(long ns) {
    long ms = millis(ns);
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%03d",
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1000 % 60,
        ms % 1000);
  }

  /** Media of the stream is gone: no picture of it may stay. */
  public void forget(StreamId stream) {
    cache.forget(stream, Long.MAX_VALUE);
  }

  /** Deletes sheets that begin before what the stream still has. */
  public void sweep(StreamId stream) {
    StreamStatus status = archive.status(stream);
    cache.forget(stream, status.fragments() == 0 ? Long.MAX_VALUE : status.firstProducerNs());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
