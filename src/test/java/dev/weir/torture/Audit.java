// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.testing.Frames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds what a server plays against what its producers were promised: each acknowledged fragment is
 * listed, and the packets of each push come back from its first on, as many as were acknowledged at
 * least. Confined to one thread.
 */
final class Audit {

  private static final Pattern NUMBER =
      Pattern.compile("\"number\":\"([0-9]+)\",\"producerTime\":\"([^\"]+)\"");
  private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");

  /** Pictures in a whole fragment of the sample: a key frame each two seconds. */
  private static final int FRAGMENT_PICTURES = 50;

  private final ServerProcess server;
  private final List<String> source;
  private final List<String> lost = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private long pictures;

  /**
   * @param source hashes of the sample's video packets
   */
  Audit(ServerProcess server, List<String> source) {
    this.server = server;
    this.source = source;
  }

  /** Takes in all that one producer was told. */
  void hold(TortureProducer producer) {
    Map<String, Instant> listed = listed(producer.stream());
    for (TortureProducer.Push push : producer.pushes()) {
      for (String fragment : push.persisted()) {
        if (!listed.containsKey(fragment)) {
          lost.add(producer.stream() + " " + push.start() + ": fragment " + fragment + " is gone");
        }
      }
    }
    var times = new TreeSet<>(listed.values());
    packets(
        producer.stream(),
        producer.pushes().stream()
            .filter(push -> {
              Instant first = times.ceiling(push.start());
              return first != null && first.isBefore(push.start().plus(TortureProducer.LENGTH));
            })
            .toList());
  }

  /**
   * All that the stream has, in one clip: the pushes one after another, each cut short somewhere.
   *
   * @param pushes those of which anything is there
   */
  private void packets(String stream, List<TortureProducer.Push> pushes) {
    if (pushes.isEmpty()) {
      return;
    }
    List<String> played =
        Frames.videoPackets(server.url("/v1/streams/" + stream + "/clip.mkv?from=0")).hashes();
    pictures += played.size();
    int at = 0;
    for (TortureProducer.Push push : pushes) {
      int count = 0;
      while (at + count < played.size()
          && count < source.size()
          && played.get(at + count).equals(source.get(count))) {
        count++;
      }
      int promised = push.persisted().size() * FRAGMENT_PICTURES;
      if (count < promised) {
        lost.add(stream + " " + push.start() + ": " + count + " of " + promised + " pictures");
      }
      at += count;
    }
    if (at < played.size()) {
      lost.add(stream + ": " + (played.size() - at) + " pictures that nobody pushed");
    }
  }

  /** All fragments by number, and when they begin. */
  private Map<String, Instant> listed(String stream) {
    var numbers = new HashMap<String, Instant>();
    Optional<String> cursor = Optional.of("");
    while (cursor.isPresent()) {
      String page =
          get(
              "/v1/streams/"
                  + stream
                  + "/fragments?limit=1000"
                  + (cursor.get().isEmpty() ? "" : "&cursor=" + cursor.get()));
      Matcher number = NUMBER.matcher(page);
      while (number.find()) {
        numbers.put(number.group(1), Instant.parse(number.group(2)));
      }
      Matcher next = CURSOR.matcher(page);
      cursor = next.find() ? Optional.of(next.group(1)) : Optional.empty();
    }
    return numbers;
  }

  private String get(String path) {
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(server.url(path))).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The verdict, after the server has ended: the data folder is walked too. */
  Torture.Report report(int kills, long acknowledged, Path data) {
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(data), InstantSource.system())) {
      return new Torture.Report(kills, acknowledged, pictures, lost, archive.check().failures());
    }
  }
}
