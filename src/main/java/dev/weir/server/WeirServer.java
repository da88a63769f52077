// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.archive.Archive;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.control.Streams;
import dev.weir.http.HttpServer;
import dev.weir.http.Services;
import dev.weir.ingest.Ingest;
import dev.weir.playback.Recordings;
import dev.weir.playback.hls.Hls;
import dev.weir.playback.hls.MediaSegments;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
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

  private final Archive archive;
  private final Streams streams;
  private final HttpServer http;
  private final ScheduledExecutorService retention;

  private WeirServer(Archive archive, Streams streams, HttpServer http) {
    this.archive = archive;
    this.streams = streams;
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
  }

  /** Starts a server on a data folder. */
  public static WeirServer start(InetSocketAddress listen, Path data, InstantSource clock) {
    Archive archive = DiskArchive.open(ArchiveOptions.of(data), clock);
    try {
      var streams = new Streams(archive, clock);
      return new WeirServer(
          archive, streams, new HttpServer(listen, services(archive, streams, clock)));
    } catch (RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  private static Services services(Archive archive, Streams streams, InstantSource clock) {
    return new Services(
        new Ingest(archive, clock),
        streams,
        new Recordings(archive),
        new Hls(archive, clock),
        new MediaSegments(archive));
  }

  private void retain() {
    try {
      long bytes = streams.retain();
      if (bytes > 0) {
        LOG.info("retention deleted {} bytes", bytes);
      }
    } catch (RuntimeException e) {
      LOG.error("retention will be tried again", e);
    }
  }

  public int port() {
    return http.port();
  }

  public Archive archive() {
    return archive;
  }

  @Override
  public void close() {
    retention.shutdown();
    http.close();
    archive.close();
  }
}
