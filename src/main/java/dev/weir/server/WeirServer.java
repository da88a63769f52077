// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.archive.Archive;
import dev.weir.archive.ArchiveByDurability;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.control.AccessKeys;
import dev.weir.control.Retention;
import dev.weir.control.Stream;
import dev.weir.control.Streams;
import dev.weir.control.Upkeep;
import dev.weir.decode.DecoderOptions;
import dev.weir.decode.Decoders;
import dev.weir.hooks.HookOptions;
import dev.weir.hooks.Hooks;
import dev.weir.http.HttpServer;
import dev.weir.http.Services;
import dev.weir.ingest.Ingest;
import dev.weir.kinesis.video.SessionKey;
import dev.weir.kinesis.video.VideoService;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.playback.Publications;
import dev.weir.playback.Recordings;
import dev.weir.playback.chunk.Chunks;
import dev.weir.playback.clip.Clips;
import dev.weir.playback.dash.SessionManifests;
import dev.weir.playback.evidence.SignedClips;
import dev.weir.playback.evidence.SigningKey;
import dev.weir.playback.frame.Frames;
import dev.weir.playback.hls.Hls;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.hls.SessionPlaylists;
import dev.weir.playback.hls.TransportSegments;
import dev.weir.playback.live.LiveMedia;
import dev.weir.playback.session.SessionWindows;
import dev.weir.playback.storyboard.Storyboards;
import dev.weir.records.Records;
import dev.weir.records.TimedRecord;
import dev.weir.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: everything wired, in the order in which it starts; closed in the opposite
 * order. Thread-safe.
 */
public final class WeirServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WeirServer.class);
  private static final long RETENTION_EVERY_SECONDS = 10;
  private static final long ROOM_LOOKED_AT_EVERY_MILLIS = 1000;
  private static final long KEYS_LOOKED_AT_EVERY_MILLIS = 1000;

  private final Archive archive;
  private final Decoders decoders;
  private final Retention plan;
  private final Streams streams;
  private final Storyboards storyboards;
  private final Records records;
  private final Hooks hooks;
  private final HttpServer http;
  private final ScheduledExecutorService retention;

  private WeirServer(
      Archive archive,
      Streams streams,
      Decoders decoders,
      Retention plan,
      Services services,
      AccessKeys keys,
      HttpServer http) {
    this.streams = streams;
    this.storyboards = services.storyboards();
    this.hooks = services.hooks();
    this.records = services.records();
    this.archive = archive;
    this.decoders = decoders;
    this.plan = plan;
    this.http = http;
    this.retention =
        Executors.newSingleThreadScheduledExecutor(task -> {
          var thread = new Thread(task, "weir-retention");
          thread.setDaemon(true);
          return thread;
        });
    var _ =
        retention.scheduleWithFixedDelay(
            this::retain, RETENTION_EVERY_SECONDS, RETENTION_EVERY_SECONDS, TimeUnit.SECONDS);
    var _ =
        retention.scheduleWithFixedDelay(
            this::makeRoom,
            ROOM_LOOKED_AT_EVERY_MILLIS,
            ROOM_LOOKED_AT_EVERY_MILLIS,
            TimeUnit.MILLISECONDS);
    var _ =
        retention.scheduleWithFixedDelay(
            keys::refresh,
            KEYS_LOOKED_AT_EVERY_MILLIS,
            KEYS_LOOKED_AT_EVERY_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** Starts a server. */
  public static WeirServer start(ServerOptions options, InstantSource clock) {
    HttpServer.checkFree(options.listen());
    return start(options, DiskArchive.open(archiveOptions(options), clock), clock);
  }

  /**
   * Starts a server on an archive that is open already, whatever the options say of folders; the
   * server closes it.
   */
  public static WeirServer start(ServerOptions options, DiskArchive disk, InstantSource clock) {
    var archive = new ArchiveByDurability(disk, options.storage().memoryBytes(), clock);
    Decoders decoders = Decoders.open(decoderOptions());
    try {
      var streams = new Streams(archive, clock);
      var plan = new Retention(archive, streams, clock, options.storage().keepFreeBytes());
      var keys = new AccessKeys(options.storage().first(), clock);
      var frames = new Frames(archive, decoders);
      var records = new Records(options.storage().first().resolve("records"), clock);
      var hooks =
          new Hooks(
              disk.ledger(),
              streams,
              new Publications(archive),
              frames,
              records,
              new HookOptions(
                  options.hookRules(),
                  options.kinesis().images(),
                  options.kinesis().identity()::arn),
              clock);
      try {
        Services services =
            services(options, archive, streams, frames, plan, keys, hooks, records, clock);
        var http = new HttpServer(options.listen(), services, options.connections());
        return new WeirServer(archive, streams, decoders, plan, services, keys, http);
      } catch (RuntimeException e) {
        hooks.close();
        throw e;
      }
    } catch (RuntimeException e) {
      decoders.close();
      archive.close();
      throw e;
    }
  }

  private static ArchiveOptions archiveOptions(ServerOptions options) {
    return ArchiveOptions.of(
        options.storage().data(),
        StoreOptions.DEFAULT.withReserve(options.storage().reserveBytes()));
  }

  private static SigningKey signingKey(ServerOptions options) {
    return new SigningKey(options.storage().first().resolve("signing-key"));
  }

  private static Path cacheFolder(ServerOptions options) {
    return options.storage().first().resolve("cache").resolve("storyboards");
  }

  private static DecoderOptions decoderOptions() {
    return ProgramFolder.decoders()
        .map(DecoderOptions.DEFAULT::withFolder)
        .orElse(DecoderOptions.DEFAULT);
  }

  private static Services services(
      ServerOptions options,
      Archive archive,
      Streams streams,
      Frames frames,
      Retention plan,
      AccessKeys keys,
      Hooks hooks,
      Records records,
      InstantSource clock) {
    var live = new LiveMedia(archive, clock);
    var ingest = new Ingest(archive, clock);
    var recordings = new Recordings(archive);
    var segments = new MediaSegments(archive);
    var clips = new Clips(archive);
    var windows = new SessionWindows(archive, clock);
    return new Services(
        ingest,
        streams,
        recordings,
        new Hls(archive, new RecordDateRanges(records), clock),
        segments,
        clips,
        live,
        frames,
        new Storyboards(
            archive, frames, cacheFolder(options), options.storage().cacheBytes(), clock),
        new SignedClips(archive, signingKey(options)),
        plan,
        new Upkeep(archive, streams),
        new VideoService(
            keys,
            new SessionKey(options.storage().first().resolve("session-key")),
            options.kinesis().identity(),
            options.kinesis().quotas(),
            streams,
            ingest,
            live,
            new VideoService.Playback(
                recordings,
                new Chunks(archive, clock),
                clips,
                frames,
                windows,
                new SessionPlaylists(windows),
                new SessionManifests(archive, windows, segments, clock),
                segments,
                new TransportSegments(archive, windows)),
            clock),
        hooks,
        records,
        options.publicUrl());
  }

  private void makeRoom() {
    try {
      if (plan.tight()) {
        retain();
      }
    } catch (RuntimeException e) {
      LOG.error("room will be looked at again", e);
    }
  }

  private void retain() {
    try {
      long bytes = plan.run();
      if (bytes > 0) {
        LOG.info("retention deleted {} bytes", bytes);
        archive.streams().forEach(storyboards::sweep);
      }
      streams
          .list("", "", Integer.MAX_VALUE)
          .forEach(stream -> streams.takeAway(stream.name(), this::retainRecords));
    } catch (RuntimeException e) {
      LOG.error("retention will be tried again", e);
    }
  }

  /** Records go with the media: by the stream's retention, never while a hold meets them. */
  private void retainRecords(Stream stream) {
    Duration retention = stream.settings().retention();
    if (!retention.isZero() && stream.holds().isEmpty()) {
      records.retain(stream.id(), TimeRange.nanos(Instant.now().minus(retention)));
    }
  }

  /** Who looks at pictures and fragments in this process. */
  public Hooks hooks() {
    return hooks;
  }

  /**
   * Stores a timed record of a stream; it survives a crash once this returns. Blocking.
   *
   * @param stream its name; made if there is none
   * @param fields what is known of it: values that JSON has
   */
  public void addRecord(
      String stream, Instant time, Duration duration, String type, Map<String, ?> fields) {
    ObjectNode sent = new ObjectMapper().valueToTree(fields);
    sent.put("time", time.toString()).put("type", type).put("durationMs", duration.toMillis());
    records.add(
        streams.getOrCreate(new StreamName(stream)).id(),
        List.of(new TimedRecord(0, TimeRange.nanos(time), duration.toNanos(), type, sent)));
  }

  public int port() {
    return http.port();
  }

  public Archive archive() {
    return archive;
  }

  @Override
  public void close() {
    retention.close();
    http.close();
    hooks.close();
    decoders.close();
    archive.close();
  }
}
