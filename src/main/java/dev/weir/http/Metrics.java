// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.internal.PlatformDependent;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** What the server counts, in the Prometheus text format. Thread-safe. */
final class Metrics {

  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();

  private final Gauge sessions =
      Gauge.builder().name("weir_push_sessions").help("Push sessions now open").register(registry);
  private final Counter sessionsEnded =
      Counter.builder()
          .name("weir_push_sessions_ended_total")
          .help("Push sessions that have ended, each of their fragments settled")
          .register(registry);
  private final Counter fragments =
      Counter.builder()
          .name("weir_fragments_persisted_total")
          .help("Fragments forced to disk")
          .register(registry);
  private final Counter bytes =
      Counter.builder()
          .name("weir_media_persisted_bytes_total")
          .help("Bytes of samples kept")
          .register(registry);
  private final Counter stored =
      Counter.builder()
          .name("weir_fragments_stored_total")
          .help("Fragments kept as their stream asks, without a force")
          .register(registry);
  private final Counter failures =
      Counter.builder()
          .name("weir_fragments_failed_total")
          .help("Fragments that arrived and could not be stored")
          .register(registry);
  private final Histogram persistSeconds =
      Histogram.builder()
          .name("weir_persist_seconds")
          .help("From a fragment's last byte to its being forced to disk")
          .classicOnly()
          .classicUpperBounds(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
          .register(registry);
  private final Counter responses =
      Counter.builder()
          .name("weir_http_responses_total")
          .help("Answers by status")
          .labelNames("status")
          .register(registry);

  Metrics() {
    GaugeWithCallback.builder()
        .name("weir_memory_bytes")
        .help("Memory in use, by kind: heap or direct")
        .labelNames("kind")
        .callback(each -> {
          each.call((double) heapBytes(), "heap");
          each.call((double) directBytes(), "direct");
        })
        .register(registry);
  }

  private static long heapBytes() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long directBytes() {
    long netty = Math.max(0, PlatformDependent.usedDirectMemory());
    long jdk =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    // Where Netty takes its memory through the JDK both count it: the larger holds everything.
    return Math.max(netty, jdk);
  }

  void sessionOpened() {
    sessions.inc();
  }

  void sessionClosed() {
    sessions.dec();
    sessionsEnded.inc();
  }

  /**
   * @param nanos from the fragment's last byte to its being forced
   */
  void persisted(long payloadBytes, long nanos) {
    fragments.inc();
    bytes.inc(payloadBytes);
    persistSeconds.observe(nanos / NANOS_PER_SECOND);
  }

  /** Kept, but not forced to disk. */
  void stored(long payloadBytes) {
    stored.inc();
    bytes.inc(payloadBytes);
  }

  void failed() {
    failures.inc();
  }

  void answered(HttpResponseStatus status) {
    responses.labelValues(Integer.toString(status.code())).inc();
  }

  Response answer() {
    var out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Response.of(
        HttpResponseStatus.OK,
        PrometheusTextFormatWriter.CONTENT_TYPE,
        ByteSource.of(out.toByteArray()));
  }
}
