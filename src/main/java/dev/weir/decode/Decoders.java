// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.decode.jcodec.JCodecGate;
import dev.weir.model.MalformedMedia;
import dev.weir.model.Overloaded;
import dev.weir.model.UnsupportedMedia;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes pictures in worker processes: whatever a decoder does over bad samples (crash, loop,
 * leak) ends with its process. Thread-safe; blocks, so call it on the decode or read pool. Owns its
 * processes until closed.
 */
public final class Decoders implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Decoders.class);

  /** Of processes that are started for one request. */
  private static final int MOST_TRIES = 2;

  private final DecoderOptions options;
  private final WorkerPool pool;

  /** The kinds that are installed, in order of preference. */
  private final Map<DecoderKind, List<String>> commands;

  /** Kinds that were found not to work here, and why. */
  private final Map<DecoderKind, String> broken = new ConcurrentHashMap<>();

  /** One for each worker process. */
  private final ThreadPoolExecutor threads;

  private Decoders(DecoderOptions options, Map<DecoderKind, List<String>> commands) {
    this.options = options;
    this.commands = Map.copyOf(commands);
    this.pool = new WorkerPool(options.workers(), options.patience());
    this.threads =
        new ThreadPoolExecutor(
            options.workers(),
            options.workers(),
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("decode-ahead-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Starts no process yet: the first picture does. */
  public static Decoders open(DecoderOptions options) {
    var commands = new EnumMap<DecoderKind, List<String>>(DecoderKind.class);
    for (DecoderKind kind : options.kinds()) {
      WorkerCommand.of(kind, options.folder()).ifPresent(each -> commands.put(kind, each));
    }
    return new Decoders(options, commands);
  }

  /** With another command for a kind: workers that misbehave, for tests. */
  static Decoders open(DecoderOptions options, Map<DecoderKind, List<String>> commands) {
    return new Decoders(options, commands);
  }

  /** The decoders installed here and not found broken, the preferred one first. */
  public List<DecoderKind> available() {
    return options.kinds().stream()
        .filter(kind -> commands.containsKey(kind) && !broken.containsKey(kind))
        .toList();
  }

  /** Starts each decoder once and says what came of it. Blocking. */
  public List<DecoderReport> probe() {
    return options.kinds().stream().map(this::probe).toList();
  }

  private DecoderReport probe(DecoderKind kind) {
    List<String> command = commands.get(kind);
    if (command == null) {
      return new DecoderReport(kind, "not installed", List.of());
    }
    try {
      pool.giveBack(pool.borrow(kind, command, false));
      return new DecoderReport(kind, "", kind.codecs());
    } catch (Worker.Gone e) {
      return new DecoderReport(kind, "its process " + e.getMessage(), List.of());
    } catch (Worker.Unusable e) {
      return new DecoderReport(kind, String.valueOf(e.getMessage()), List.of());
    }
  }

  /** How many requests are worth making at once. */
  public int workers() {
    return options.workers();
  }

  /** Runs what decodes ahead of its reader, in the order in which it was asked for. */
  public Executor threads() {
    return threads;
  }

  /** Decodes the one picture of a request. Blocking; throws as {@link #decodeAll} does. */
  public Picture decode(DecodeRequest request) {
    return decodeAll(request).pictures().getFirst();
  }

  /**
   * Decodes pictures with the first decoder that can, all in one pass. Blocking. Samples that none
   * of them is predicted from reach no decoder.
   *
   * @throws UnsupportedMedia when no decoder installed here can do this media
   * @throws MalformedMedia when the samples can't be decoded
   * @throws Overloaded when no worker is free, or the picture takes too long
   */
  public Pictures decodeAll(DecodeRequest all) {
    DecodeRequest request = NeededSamples.of(all);
    var refusals = new StringJoiner("; ");
    for (DecoderKind kind : options.kinds()) {
      Optional<String> refusal = refusal(kind, request);
      if (refusal.isPresent()) {
        refusals.add(kind + ": " + refusal.get());
        continue;
      }
      try {
        return decode(kind, request);
      } catch (Worker.Unusable e) {
        log.warn("decoder {} does not work here: {}", kind, e.getMessage());
        broken.put(kind, String.valueOf(e.getMessage()));
        refusals.add(kind + ": " + e.getMessage());
      } catch (UnsupportedMedia e) {
        refusals.add(kind + ": " + e.getMessage());
      }
    }
    throw new UnsupportedMedia(
        "no decoder here for " + request.codec().shortName(),
        request.codec().rfc6381(),
        would(request),
        refusals.toString());
  }

  private Optional<String> refusal(DecoderKind kind, DecodeRequest request) {
    if (!kind.knows(request.codec())) {
      return Optional.of("does not know " + request.codec().shortName());
    }
    if (!commands.containsKey(kind)) {
      return Optional.of("not installed");
    }
    String why = broken.get(kind);
    if (why != null) {
      return Optional.of(why);
    }
    if (!kind.writes(request.output().format())) {
      return Optional.of("does not write " + request.output().format().mediaType());
    }
    return kind == DecoderKind.JCODEC ? JCodecGate.refusal(request) : Optional.empty();
  }

  /** Which decoders would do it, if they were here and working. */
  private static String would(DecodeRequest request) {
    return request.output().format() == ImageFormat.WEBP ? "ffmpeg" : "ffmpeg or humble";
  }

  private Pictures decode(DecoderKind kind, DecodeRequest request) throws Worker.Unusable {
    List<String> command = commands.getOrDefault(kind, List.of());
    // A worker that was killed from outside, at work, idle or while it started, is no fault of the
    // samples: they are to blame once workers have died over them that were started for them.
    int unstarted = 0;
    int diedOverIt = 0;
    for (boolean fresh = false; ; fresh = true) {
      Worker worker = null;
      try {
        worker = pool.borrow(kind, command, fresh);
        return worker.decode(request, options.deadline());
      } catch (Worker.Gone e) {
        log.warn("decoder {}: its process {}", kind, e.getMessage());
        if (worker == null) {
          if (++unstarted == MOST_TRIES) {
            throw overloaded(kind, "decoder does not start", "a process that starts", e);
          }
        } else if (worker.late()) {
          String expected = "a picture within " + options.deadline().toMillis() + " ms";
          throw overloaded(kind, "no picture in time", expected, e);
        } else if (fresh && ++diedOverIt == MOST_TRIES) {
          throw new MalformedMedia(
              "decoding failed", "decoder " + kind, "a picture", "its process died over it twice");
        }
      } finally {
        if (worker != null) {
          pool.giveBack(worker);
        }
      }
    }
  }

  private static Overloaded overloaded(
      DecoderKind kind, String what, String expected, Worker.Gone gone) {
    return new Overloaded(what, "decoder " + kind, expected, "its process " + gone.getMessage());
  }

  /** Worker processes now alive. */
  List<Long> processes() {
    return pool.processes();
  }

  @Override
  public void close() {
    threads.shutdown();
    pool.close();
  }
}
