// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.control.AccessKey;
import dev.weir.kinesis.MediaProducer.Outcome;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.model.TrackKind;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;

/**
 * A server with streams made and media pushed by Amazon's SDKs: just now, so that the streams are
 * live as well. Confined to one thread.
 */
public final class PushedStream implements AutoCloseable {

  private final Path folder;
  private final AccessKey key;
  private final RunningWeir weir;
  private final KinesisVideoArchivedMediaClient archived;

  /** What was pushed at once, in Clusters: from when on, and the same as a file. */
  public record Pushed(List<List<Frame>> clusters, Instant start, Path file) {

    public Instant startOf(int cluster) {
      return start.plusMillis(clusters.get(cluster).getFirst().timeMs());
    }
  }

  public PushedStream(Path folder) {
    this.folder = folder;
    try {
      Path data = Files.createDirectories(folder.resolve("data"));
      this.key = AwsClients.key(data);
      this.weir = new RunningWeir(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.archived = AwsClients.client(KinesisVideoArchivedMediaClient.builder(), weir, key).build();
  }

  public RunningWeir weir() {
    return weir;
  }

  public KinesisVideoArchivedMediaClient archived() {
    return archived;
  }

  public void create(String stream, int retentionHours) {
    try (var control = AwsClients.control(weir, key)) {
      control.createStream(call -> call.streamName(stream).dataRetentionInHours(retentionHours));
    }
  }

  /** A sample by PutMedia, a Cluster for each of its groups of pictures. */
  public Pushed push(String stream, String sample, Instant start) {
    Source source = Source.of(Path.of("media-samples", sample));
    var document = new ProducerMatroska().header(source.tracks());
    List<List<Frame>> clusters = clusters(source);
    clusters.forEach(document::cluster);
    put(stream, document.bytes(), start);
    try {
      Path file = Files.write(folder.resolve(stream + "-" + sample), document.bytes());
      return new Pushed(clusters, start, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without video, where each frame is a key frame, Clusters of two seconds. */
  private static List<List<Frame>> clusters(Source source) {
    if (source.tracks().getFirst().kind() == TrackKind.VIDEO) {
      return source.groups();
    }
    return List.copyOf(
        source.frames().stream()
            .collect(
                Collectors.groupingBy(
                    frame -> frame.timeMs() / 2000, TreeMap::new, Collectors.toList()))
            .values());
  }

  /** Matroska by PutMedia. */
  public void put(String stream, byte[] document, Instant start) {
    try (var producer = new MediaProducer(weir, key)) {
      Outcome outcome =
          producer.put(MediaProducer.relative(stream, start), new ByteArrayInputStream(document));
      assertThat(outcome.failure()).isEmpty();
    }
  }

  /** So many seconds ago, to the millisecond. */
  public static Instant ago(int seconds) {
    return Instant.ofEpochMilli(Instant.now().minusSeconds(seconds).toEpochMilli());
  }

  /** What a player gets, without a signature. */
  public HttpResponse<String> get(String url) {
    return weir.send(HttpRequest.newBuilder(URI.create(url)));
  }

  /** The same, when it is there. */
  public String text(String url) {
    HttpResponse<String> answer = get(url);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** The lines of a playlist that are no tags. */
  public static List<String> uris(String playlist) {
    return playlist.lines().filter(line -> !line.startsWith("#")).toList();
  }

  @Override
  public void close() {
    archived.close();
    weir.close();
  }
}
