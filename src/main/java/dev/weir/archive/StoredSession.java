// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.Bytes;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.SegmentCuts;
import dev.weir.model.StorageFailure;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.store.Chain;
import dev.weir.store.ChunkWriter;
import dev.weir.store.FragmentEnd;
import dev.weir.store.Replays;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A push session on one stream. Confined to one thread, but for what happens when a force has
 * returned.
 */
final class StoredSession implements SessionLog {

  private final StreamState stream;
  private final Originals originals;
  private final ChunkWriter writer;
  private final InstantSource clock;
  private final long targetDurationNs;
  private final Durability durability;
  private final BooleanSupplier congested;
  private final Consumer<Runnable> whenRelieved;

  private @Nullable RunHeader run;
  private @Nullable OpenFragment open;
  private Optional<Ended> ended = Optional.empty();
  private boolean closed;

  /** Ended fragments whose bytes are on their way to the disk, and one more while pushed to. */
  private final AtomicInteger unsettled = new AtomicInteger(1);

  /** Where the last fragment ended, by producer time, and how long its last sample was. */
  private record Ended(long producerNs, long sampleNs) {}

  /** The fragment being filled: what its end record will need. */
  private static final class OpenFragment {
    final FragmentNumber number;
    final long serverTimeNs;
    final RunHeader run;
    final List<Span> spans = new ArrayList<>();

    OpenFragment(FragmentNumber number, long serverTimeNs, RunHeader run) {
      this.number = number;
      this.serverTimeNs = serverTimeNs;
      this.run = run;
    }
  }

  /** What one part adds to its fragment. */
  private record Span(
      int track, long firstPresentation, long endPresentation, boolean sync, long lastDuration) {}

  StoredSession(
      StreamState stream,
      Originals originals,
      ChunkWriter writer,
      InstantSource clock,
      long targetDurationNs,
      Durability durability,
      BooleanSupplier congested,
      Consumer<Runnable> whenRelieved) {
    this.stream = stream;
    this.originals = originals;
    this.writer = writer;
    this.clock = clock;
    this.targetDurationNs = targetDurationNs;
    this.durability = durability;
    this.congested = congested;
    this.whenRelieved = whenRelieved;
    synchronized (stream) {
      stream.openSessions++;
      stream.version++;
    }
  }

  private long nextCounter() {
    return stream.nextCounter(DiskArchive.epochMicros(clock));
  }

  @Override
  public RunHeader startRun(RunRequest request) {
    RunHeader started;
    Chain chain;
    synchronized (stream) {
      started = stream.runs.start(request, this, this::nextCounter);
      chain = stream.runs.chain();
    }
    if (run == null || !run.equals(started)) {
      run = started;
      writer.run(started, chain);
    }
    return started;
  }

  @Override
  public FragmentNumber beginFragment(long serverTimeNs) {
    RunHeader current = run;
    if (current == null) {
      throw new IllegalStateException("a fragment without a run");
    }
    if (streamDeleted()) {
      throw new NotFound("stream was deleted", "stream " + stream.id, "", "");
    }
    var number =
        new FragmentNumber(
            stream.beginFragment(DiskArchive.epochMicros(clock)),
            Math.max(0, serverTimeNs / MediaTime.NANOS_PER_MILLI),
            ThreadLocalRandom.current().nextInt(FragmentNumber.RANDOM_BOUND));
    try {
      recordGaps();
      writer.begin(number);
    } catch (RuntimeException e) {
      stream.settled(number);
      throw e;
    }
    open = new OpenFragment(number, serverTimeNs, current);
    return number;
  }

  @Override
  public boolean streamDeleted() {
    return stream.isDeleted();
  }

  @Override
  public void append(Part part) {
    long first = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (Sample sample : part.samples()) {
      first = Math.min(first, sample.presentationTime());
      end = Math.max(end, sample.presentationTime() + sample.duration());
    }
    Sample last = part.samples().getLast();
    open()
        .spans
        .add(
            new Span(
                part.trackIndex(), first, end, part.samples().getFirst().sync(), last.duration()));
    writer.append(part);
  }

  @Override
  public CompletableFuture<FragmentEntry> endFragment(Bytes origin) {
    OpenFragment fragment = open();
    open = null;
    Track track = leadingTrack(fragment);
    List<Span> spans = fragment.spans.stream().filter(span -> span.track == track.index()).toList();
    long firstTicks = spans.stream().mapToLong(Span::firstPresentation).min().orElseThrow();
    long endTicks = spans.stream().mapToLong(Span::endPresentation).max().orElseThrow();
    long startNs = fragment.run.producerTimeNs(track, firstTicks);
    long durationNs = MediaTime.toNanos(endTicks - firstTicks, track.timescale());
    long frameNs = MediaTime.toNanos(spans.getLast().lastDuration, track.timescale());
    int segments = SegmentCuts.count(durationNs, targetDurationNs);
    ended = Optional.of(new Ended(startNs + durationNs, frameNs));
    Optional<LiveOrder.Reservation> place;
    synchronized (stream) {
      place =
          stream.live.admit(fragment.run.run(), startNs, startNs + durationNs, segments, frameNs);
      stream.runs.ended(fragment.run, startNs + durationNs);
    }
    var end =
        new FragmentEnd(
            fragment.number,
            fragment.run.run(),
            startNs,
            fragment.serverTimeNs,
            durationNs,
            spans.getFirst().sync,
            FragmentState.WHOLE,
            segments,
            place.map(reserved -> reserved.place),
            Optional.empty(),
            origin);
    var published = new CompletableFuture<FragmentEntry>();
    unsettled.incrementAndGet();
    var _ =
        writer
            .end(
                end,
                place.isPresent() ? reserving(place.get(), segments) : replays(fragment, startNs))
            .whenComplete((entry, failure) -> {
              if (entry != null) {
                stream.hide(entry);
                settle(place, () -> publish(fragment.run, entry, published));
              } else {
                lost(end, place, String.valueOf(failure));
                settled(fragment.number);
                published.completeExceptionally(failure);
              }
              originals.settled(fragment.number);
            });
    Optional<Outage> outage;
    synchronized (stream) {
      outage = stream.outage;
      stream.outage = Optional.empty();
    }
    outage.flatMap(each -> each.before(startNs, fragment.serverTimeNs)).ifPresent(this::declare);
    return published;
  }

  /** What is new at the live edge was never there before, and its place is on record first. */
  private Replays reserving(LiveOrder.Reservation place, int segments) {
    return content -> {
      stream.reserve.upTo(place.place, segments);
      return Optional.empty();
    };
  }

  /** What is late may have been there. */
  private Replays replays(OpenFragment fragment, long startNs) {
    return content ->
        originals.of(fragment.number, fragment.run, new Originals.Key(startNs, content));
  }

  private void settle(Optional<LiveOrder.Reservation> place, Runnable show) {
    if (place.isEmpty()) {
      show.run();
      return;
    }
    synchronized (stream.live) {
      stream.live.settle(place.get(), show);
    }
  }

  private void publish(
      RunHeader header, FragmentEntry entry, CompletableFuture<FragmentEntry> published) {
    stream.publish(header, entry, TimeRange.nanos(clock.instant()));
    stream.listeners.forEach(listener -> listener.accept(entry));
    settled(entry.number());
    published.complete(entry);
  }

  private void settled(FragmentNumber number) {
    stream.settled(number);
    settled();
  }

  /** The stream is live until the last fragment can be seen, or is known to be lost. */
  private void settled() {
    if (unsettled.decrementAndGet() == 0) {
      synchronized (stream) {
        stream.openSessions--;
        stream.version++;
      }
    }
  }

  /** A fragment that could not be kept is declared, at its live place when it had one. */
  private void lost(FragmentEnd end, Optional<LiveOrder.Reservation> place, String why) {
    var gap =
        new Gap(
            end.producerTimeNs(),
            end.producerTimeNs() + end.durationNs(),
            GapReason.STORAGE,
            why,
            place.map(reserved -> reserved.place));
    settle(place, () -> stream.gap(gap));
    stream.unrecorded.add(gap);
  }

  private static Track leadingTrack(OpenFragment fragment) {
    Track main = fragment.run.mainTrack();
    boolean present = fragment.spans.stream().anyMatch(span -> span.track == main.index());
    return present ? main : fragment.run.tracks().get(fragment.spans.getFirst().track);
  }

  @Override
  public void abandonFragment(GapReason reason, String detail) {
    OpenFragment fragment = open();
    open = null;
    writer.abandon();
    stream.settled(fragment.number);
    if (!fragment.spans.isEmpty()) {
      Track track = leadingTrack(fragment);
      Span first =
          fragment.spans.stream()
              .filter(span -> span.track == track.index())
              .findFirst()
              .orElseThrow();
      long startNs = fragment.run.producerTimeNs(track, first.firstPresentation);
      long lengthNs =
          MediaTime.toNanos(first.endPresentation - first.firstPresentation, track.timescale());
      declare(new Gap(startNs, startNs + lengthNs, reason, detail, Optional.empty()));
    }
  }

  @Override
  public void missing(GapReason reason, String detail) {
    ended.ifPresent(last ->
        declare(
            new Gap(
                last.producerNs,
                last.producerNs + last.sampleNs,
                reason,
                detail,
                Optional.empty())));
  }

  private void declare(Gap gap) {
    stream.gap(gap);
    var _ = record(gap);
  }

  /** Where nothing is taken now, the gap stays declared in memory, and is recorded later. */
  private boolean record(Gap gap) {
    try {
      var _ =
          writer
              .gap(gap)
              .whenComplete((file, failure) -> {
                if (file != null) {
                  stream.recorded(gap, file);
                } else {
                  stream.unrecorded.add(gap);
                }
              });
      return true;
    } catch (StorageFailure e) {
      stream.unrecorded.add(gap);
      return false;
    }
  }

  /** Gaps that were found out on a writer thread, or when nothing could be written. */
  private void recordGaps() {
    Gap gap = stream.unrecorded.poll();
    while (gap != null && record(gap)) {
      gap = stream.unrecorded.poll();
    }
  }

  private OpenFragment open() {
    if (open == null) {
      throw new IllegalStateException("no open fragment");
    }
    return open;
  }

  @Override
  public Durability durability() {
    return durability;
  }

  @Override
  public boolean congested() {
    return congested.getAsBoolean();
  }

  @Override
  public void whenRelieved(Runnable action) {
    whenRelieved.accept(action);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (open != null) {
      abandonFragment(GapReason.SOURCE, "the session ended inside a fragment");
    }
    recordGaps();
    writer.release();
    synchronized (stream) {
      stream.runs.released(this);
    }
    settled();
  }
}
