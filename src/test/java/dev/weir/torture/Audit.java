// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.testing.Frames;
import dev.weir.testing.ServerProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds what a server plays against what its producers were promised: each acknowledged fragment is
 * listed, and the packets of each push, pictures and sound, come back from its first on, as many
 * bytes as were acknowledged at least. Confined to one thread.
 */
final class Audit {

  private static final Pattern NUMBER =
      Pattern.compile(
          "\"number\":\"([0-9]+)\",\"producerTime\":\"([^\"]+)\"[^}]*?\"bytes\":([0-9]+)");
  private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");

  private static final long TOGETHER_NANOS = 200_000_000;

  private static final Duration BEFORE_START = Duration.ofSeconds(1);

  /** A fragment as the server lists it. */
  private record Listed(Instant time, long bytes) {}

  private final ServerProgram server;
  private final List<String> lost = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private long packets;

  Audit(ServerProgram server) {
    this.server = server;
  }

  /** Takes in all that one producer was told. */
  void hold(TortureProducer producer) {
    Map<String, Listed> listed = listed(producer.stream());
    var times = new TreeSet<>(listed.values().stream().map(Listed::time).toList());
    var kept = new ArrayList<TortureProducer.Push>();
    var promised = new ArrayList<Long>();
    for (TortureProducer.Push push : producer.pushes()) {
      long bytes = 0;
      for (String fragment : push.persisted()) {
        Listed known = listed.get(fragment);
        if (known == null) {
          lost.add(producer.stream() + " " + push.start() + ": fragment " + fragment + " is gone");
        } else {
          bytes += known.bytes;
        }
      }
      // Sound may begin a little before media time 0: what a decoder drops at first.
      Instant from = push.start().minus(BEFORE_START);
      Instant first = times.ceiling(from);
      if (first != null && first.isBefore(from.plus(TortureProducer.LENGTH))) {
        kept.add(push);
        promised.add(bytes);
      }
    }
    if (!kept.isEmpty()) {
      packets(producer, kept, promised);
    }
  }

  /**
   * All that the stream has, in one clip: the pushes one after another, each cut short somewhere.
   *
   * @param pushes those of which anything is there
   * @param promised bytes of samples that were acknowledged, of each
   */
  private void packets(
      TortureProducer producer, List<TortureProducer.Push> pushes, List<Long> promised) {
    String clip = server.url("/v1/streams/" + producer.stream() + "/clip.mkv?from=0");
    List<Played> video = Played.of(Frames.videoPackets(clip), producer.media().video(), true);
    List<Played> audio = Played.of(Frames.audioPackets(clip), producer.media().audio(), false);
    var all = new ArrayList<>(video);
    all.addAll(audio);
    all.sort(Comparator.comparingLong(each -> each.startNs));
    packets += all.stream().mapToLong(each -> each.packets).sum();
    // Pictures and sound of one push begin together; of a push that was killed one may be missing.
    var bytes = new ArrayList<Long>();
    for (int i = 0; i < all.size(); i++) {
      long sum = all.get(i).bytes;
      if (i + 1 < all.size()
          && all.get(i + 1).video != all.get(i).video
          && all.get(i + 1).startNs - all.get(i).startNs < TOGETHER_NANOS) {
        i++;
        sum += all.get(i).bytes;
      }
      bytes.add(sum);
    }
    if (bytes.size() != pushes.size()) {
      lost.add(producer.stream() + ": " + bytes.size() + " of " + pushes.size() + " pushes play");
    }
    for (int i = 0; i < Math.min(bytes.size(), pushes.size()); i++) {
      if (bytes.get(i) < promised.get(i)) {
        lost.add(
            producer.stream()
                + " "
                + pushes.get(i).start()
                + ": "
                + bytes.get(i)
                + " of "
                + promised.get(i)
                + " bytes acknowledged");
      }
    }
  }

  /** All fragments by number, and when they begin. */
  private Map<String, Listed> listed(String stream) {
    var numbers = new HashMap<String, Listed>();
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
        numbers.put(
            number.group(1),
            new Listed(Instant.parse(number.group(2)), Long.parseLong(number.group(3))));
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
      return new Torture.Report(kills, acknowledged, packets, lost, archive.check().failures());
    }
  }
}
