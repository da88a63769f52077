// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.archive.RunRequest;
import dev.weir.archive.SessionLog;
import dev.weir.container.Demuxer;
import dev.weir.container.Demuxers;
import dev.weir.container.FragmentSink;
import dev.weir.container.Fragmenter;
import dev.weir.model.Bytes;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.GapReason;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.NotFound;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import dev.weir.model.StorageFailure;
import dev.weir.model.TimeRange;
import dev.weir.model.TimecodeMode;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import dev.weir.model.WeirException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One push: bytes in, acknowledgements out. Never blocks. Feeding, ending and aborting are confined
 * to one thread; the summary and the persisted acks come on writer threads. Whatever ends the
 * session, fragments that had arrived whole are kept.
 */
public final class IngestSession {

  private final IngestOptions options;
  private final SessionLog log;
  private final AckListener acks;
  private final InstantSource clock;
  private final Fragmenter fragmenter;
  private final Optional<ClusterRules> clusters;
  private final Demuxer demuxer;
  private final PendingAcks pending = new PendingAcks();

  private long feedTimeNs;
  private boolean over;
  private boolean headerParsed;
  private @Nullable RunHeader run;
  private @Nullable FragmentNumber fragment;

  /** The log did not begin the fragment: what is flushed of it has no place. */
  private boolean refused;

  private long fragmentMediaNs;

  /** Where the open fragment's leading track begins, once a part of it has come. */
  private final Leading leading = new Leading();

  private int fragmentSamples;

  /**
   * @param log the session's way into the archive; closed by this session
   * @param clock the server's clock
   */
  public IngestSession(
      IngestOptions options, SessionLog log, AckListener acks, InstantSource clock) {
    this.options = options;
    this.log = log;
    this.acks = acks;
    this.clock = clock;
    this.fragmenter = new Fragmenter(options.policy(), new Intake());
    this.clusters =
        options
            .clusters()
            .map(limits ->
                new ClusterRules(fragmenter, limits, options.limits(), options.startNs()));
    this.demuxer =
        clusters.isPresent()
            ? clusters.get().demuxer()
            : Demuxers.sniffing(fragmenter, options.limits());
  }

  /**
   * Takes the next bytes of the body; the buffer is the caller's again on return.
   *
   * @throws WeirException when the push must be refused or ended; the session is then over and what
   *     was whole is kept
   */
  public void feed(ByteBuffer bytes) {
    feedTimeNs = TimeRange.nanos(clock.instant());
    run(() -> demuxer.feed(bytes));
  }

  /**
   * Nothing has come for a while: looks whether it is worth waiting for more.
   *
   * @throws NotFound when the stream was deleted; the session is then over
   */
  public void quiet() {
    run(() -> {
      if (!over && log.streamDeleted()) {
        throw deleted();
      }
    });
  }

  private static NotFound deleted() {
    return new NotFound("the stream was deleted", "stream", "a stream that exists", "");
  }

  /**
   * The body is complete.
   *
   * @throws WeirException when there was no media in it
   */
  public void end() {
    if (over) {
      return;
    }
    feedTimeNs = TimeRange.nanos(clock.instant());
    run(() -> {
      demuxer.end();
      clusters.ifPresentOrElse(ClusterRules::end, fragmenter::end);
    });
    close();
  }

  /**
   * The connection broke or timed out: keeps everything that arrived in whole samples, or in whole
   * Clusters where those are the fragments.
   */
  public void abort(String why) {
    if (over) {
      return;
    }
    pending.dropped(why);
    flush();
    close();
  }

  /** Whether a media header has been understood, so that the push can be accepted. */
  public boolean headerParsed() {
    return headerParsed;
  }

  /** Which rule of Clusters ended the push. */
  public Optional<ClusterRule> brokenRule() {
    return clusters.flatMap(ClusterRules::broken);
  }

  /** The timestamp of the Cluster that is being read, as written; empty before the first. */
  public OptionalLong clusterTimestamp() {
    return clusters.isPresent() && clusters.get().timestamp() >= 0
        ? OptionalLong.of(clusters.get().timestamp())
        : OptionalLong.empty();
  }

  /** True while the store can't keep up: stop reading from the producer. */
  public boolean congested() {
    return log.congested();
  }

  /** Runs once, on another thread, when the congestion is over. */
  public void whenRelieved(Runnable action) {
    log.whenRelieved(action);
  }

  /**
   * Completes once the session is over and each of its fragments is persisted or has failed; never
   * exceptionally.
   */
  public CompletableFuture<IngestSummary> completion() {
    return pending.completion();
  }

  private void run(Runnable step) {
    try {
      step.run();
    } catch (WeirException e) {
      endWith(e);
    } catch (ArithmeticException e) {
      // MediaTime is exact or nothing, and no clock is right that is 292 years off.
      endWith(new MalformedMedia("media time", "", "within 292 years", "beyond"));
    }
  }

  /**
   * Ends the session for a fault of the media or the store: whole samples stay, the fault goes to
   * the caller.
   */
  private void endWith(WeirException cause) {
    if (!over) {
      pending.dropped(cause.getMessage());
      flush();
      reason(cause).ifPresent(reason -> log.missing(reason, cause.getMessage()));
      close();
    }
    throw cause;
  }

  /** Why the sample at which a fault ended the session is missing; the store says for itself. */
  private static Optional<GapReason> reason(WeirException cause) {
    return switch (cause) {
      case MalformedMedia _ -> Optional.of(GapReason.MALFORMED);
      case UnsupportedMedia _ -> Optional.of(GapReason.UNSUPPORTED);
      case LimitExceeded _ -> Optional.of(GapReason.LIMIT);
      default -> Optional.empty();
    };
  }

  /** Gives out what the fragmenter still holds; what can't be kept is named. */
  private void flush() {
    try {
      clusters.ifPresentOrElse(ClusterRules::stop, fragmenter::end);
    } catch (WeirException | ArithmeticException e) {
      pending.dropped(String.valueOf(e.getMessage()));
    }
  }

  private void close() {
    if (!over) {
      over = true;
      log.close();
      pending.seal();
    }
  }

  /** What the fragmenter makes goes into the log. */
  private final class Intake implements FragmentSink {

    @Override
    public void header(List<Track> tracks) {
      headerParsed = true;
    }

    @Override
    public void timeline(List<Track> tracks, long firstPresentationNs) {
      boolean ownClock = options.timecodes() != TimecodeMode.ARRIVAL;
      run =
          log.startRun(
              new RunRequest(
                  tracks,
                  firstPresentationNs,
                  options.timecodes(),
                  clusters.map(ClusterRules::startRestNs).orElse(options.startNs())
                      + (ownClock ? options.clockOffsetNs() : 0),
                  feedTimeNs));
    }

    @Override
    public void fragmentBegins(long firstPresentationNs) {
      refused = true;
      fragment = log.beginFragment(feedTimeNs);
      refused = false;
      fragmentMediaNs = firstPresentationNs;
      fragmentSamples = 0;
      leading.reset();
      acks.ack(new Ack.Buffering(fragment, fragmentMediaNs, producerTimeNs(fragmentMediaNs)));
    }

    @Override
    public void part(Part part) {
      if (!refused) {
        fragmentSamples += part.samples().size();
        leading.part(run(), part);
        log.append(part);
      }
    }

    @Override
    public void fragmentEnds() {
      if (refused) {
        return;
      }
      FragmentNumber number = open();
      long mediaTimeNs = fragmentMediaNs;
      pending.received();
      acks.ack(new Ack.Received(number, mediaTimeNs, producerTimeNs(leading.firstNs())));
      fragment = null;
      var _ =
          log.endFragment(clusters.map(each -> each.origin(fragmentSamples)).orElse(Bytes.EMPTY))
              .whenComplete((entry, failure) -> settled(number, mediaTimeNs, entry, failure));
    }

    @Override
    public void dropped(String why) {
      pending.dropped(why);
    }

    private FragmentNumber open() {
      if (fragment == null) {
        throw new IllegalStateException("no open fragment");
      }
      return fragment;
    }

    private RunHeader run() {
      if (run == null) {
        throw new IllegalStateException("no run");
      }
      return run;
    }

    private long producerTimeNs(long mediaNs) {
      return run().anchorProducerNs() + mediaNs;
    }
  }

  private void settled(
      FragmentNumber number,
      long mediaTimeNs,
      @Nullable FragmentEntry entry,
      @Nullable Throwable failure) {
    if (entry != null) {
      boolean forced = log.durability() == Durability.FSYNC;
      acks.ack(
          forced
              ? new Ack.Persisted(entry, mediaTimeNs)
              : new Ack.Stored(entry, mediaTimeNs, log.durability()));
      pending.settled(entry, forced);
    } else {
      // Its files went under it, which is no fault of the store.
      WeirException cause = log.streamDeleted() ? deleted() : asWeir(failure);
      acks.ack(new Ack.Failed(number, cause));
      pending.failed(cause);
    }
  }

  private static WeirException asWeir(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof WeirException weir
        ? weir
        : new StorageFailure("fragment not stored", "", "", String.valueOf(cause));
  }
}
