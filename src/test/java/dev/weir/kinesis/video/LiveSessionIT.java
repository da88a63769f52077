// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.kinesis.PushedStream;
import dev.weir.testing.Frames;
import dev.weir.testing.Media;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of what is being pushed, by several connections, with ffmpeg as the player. */
final class LiveSessionIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SAMPLES = Path.of("media-samples");
  private static final Source BOTH = Source.of(SAMPLES.resolve("h264-aac.mkv"));
  private static final Source VIDEO = Source.of(SAMPLES.resolve("h264-baseline-2997.mkv"));
  private static final long VIDEO_MS = 8008;

  @TempDir Path folder;
  private Path data;
  private RunningWeir weir;
  private Instant start;

  @BeforeEach
  void start() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    weir = new RunningWeir(data);
    weir.put("/v1/streams/cam", "{\"retention\":\"1d\"}");
    start = PushedStream.ago(20);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  /** A PutMedia that goes on until it is ended. */
  private final class Connection implements AutoCloseable {
    private final WireClient client = new WireClient(weir);

    Connection(Source source) {
      client.sendHead(
          "POST /putMedia HTTP/1.1",
          "Host: 127.0.0.1",
          "x-amzn-stream-name: cam",
          "x-amzn-fragment-timecode-type: ABSOLUTE",
          "Transfer-Encoding: chunked");
      assertThat(client.head().status()).isEqualTo(200);
      send(new ProducerMatroska().header(source.tracks()));
    }

    /** A fragment, some time later than it is; kept on return. */
    Connection put(List<Frame> group, long laterMs) throws IOException {
      long byMs = start.toEpochMilli() + laterMs;
      List<Frame> timed = group.stream().map(each -> each.at(byMs + each.timeMs())).toList();
      send(new ProducerMatroska().cluster(timed).endOfFragment());
      for (String event = ""; !event.equals("PERSISTED"); ) {
        event = JSON.readTree(client.chunk()).path("EventType").asText();
      }
      return this;
    }

    private void send(ProducerMatroska media) {
      byte[] bytes = media.take();
      client.sendChunk(bytes, 0, bytes.length);
    }

    @Override
    public void close() {
      client.send("0\r\n\r\n");
      assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).endsWith("0\r\n\r\n");
      client.close();
    }
  }

  private String open(String mode, int most, String more) throws IOException {
    return open(
        "HLS",
        ",\"PlaybackMode\":\"%s\",\"MaxMediaPlaylistFragmentResults\":%d%s"
            .formatted(mode, most, more));
  }

  private String open(String protocol, String members) throws IOException {
    String operation = "/get" + protocol + "StreamingSessionURL";
    HttpResponse<String> answer =
        weir.send(
            HttpRequest.newBuilder(URI.create(weir.url(operation)))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"StreamName\":\"cam\"" + members + "}")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path(protocol + "StreamingSessionURL").asText();
  }

  private static String byProducer(String range) {
    return ",\"HLSFragmentSelector\":{\"FragmentSelectorType\":\"PRODUCER_TIMESTAMP\""
        + range
        + "}";
  }

  private String range(int fromMs, int toMs) {
    return ",\"TimestampRange\":{\"StartTimestamp\":%s,\"EndTimestamp\":%s}"
        .formatted(seconds(fromMs), seconds(toMs));
  }

  private String seconds(int laterMs) {
    return "" + (start.toEpochMilli() + laterMs) / 1000.0;
  }

  private HttpResponse<String> get(String url) {
    return weir.send(HttpRequest.newBuilder(URI.create(url)));
  }

  /** The last that the multivariant playlist names: the video's, or all tracks'. */
  private String playlist(String url) {
    String name = PushedStream.uris(get(url).body()).getLast();
    HttpResponse<String> answer = get(URI.create(url).resolve(name).toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static Frames play(String url, int frames) {
    return play(url, List.of("-frames:v", Integer.toString(frames)));
  }

  private static Frames play(String url, List<String> until) {
    var command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-copyts", "-threads", "1"));
    command.addAll(List.of("-live_start_index", "0", "-i", url, "-map", "0:v:0"));
    command.addAll(until);
    command.addAll(
        List.of("-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "framemd5", "-"));
    try (Program player = Program.start(command)) {
      assertThat(player.await(60)).as(player.errors()).isZero();
      assertThat(player.errors()).isEmpty();
      return Frames.parsed(player.output());
    }
  }

  private Path pushed(Source source) throws IOException {
    var document = new ProducerMatroska().header(source.tracks());
    source.groups().forEach(document::cluster);
    return Files.write(folder.resolve("pushed.mkv"), document.bytes());
  }

  /** A producer rotates its token: the next connection begins before the first has ended. */
  @ParameterizedTest
  @CsvSource({
    "FRAGMENTED_MP4, h264-aac.mkv",
    "FRAGMENTED_MP4, hevc-aac.mkv",
    "MPEG_TS, h264-aac.mkv",
    "MPEG_TS, hevc-aac.mkv"
  })
  void connectionsThatOverlapPlayAsOne(String container, String sample) throws IOException {
    Source recording = Source.of(SAMPLES.resolve(sample));
    List<List<Frame>> groups = recording.groups();
    try (var second = new Connection(recording)) {
      try (var first = new Connection(recording)) {
        first.put(groups.get(0), 0).put(groups.get(1), 0);
        second.put(groups.get(2), 0);
      }
      second.put(groups.get(3), 0);
      String url = open("LIVE", 100, byProducer("") + ",\"ContainerFormat\":\"" + container + "\"");
      String list = playlist(url);
      assertThat(PushedStream.uris(list)).hasSize(4);
      assertThat(list).doesNotContain("#EXT-X-DISCONTINUITY\n", "#EXT-X-ENDLIST");
      Media source = Media.of(pushed(recording).toString());
      // The decoder has the last of them only when more comes.
      var shown =
          new Frames(source.video().frames().subList(0, source.video().frames().size() - 8));
      play(url, shown.frames().size()).assertSameAs(shown, 1_000_000);
      if (container.equals("FRAGMENTED_MP4")) {
        try (var player = Media.packets(url, List.of("-live_start_index", "0"), source)) {
          player.assertSamePacketsAs(source);
        }
        String dash = open("DASH", ",\"MaxManifestFragmentResults\":100");
        try (var player = Media.packets(dash, List.of(), source)) {
          player.assertSamePacketsAs(source);
        }
      }
    }
  }

  /** Whatever is asked when: each segment keeps its number, and its discontinuities theirs. */
  @ParameterizedTest
  @ValueSource(strings = {"ALWAYS", "NEVER", "ON_DISCONTINUITY"})
  void discontinuitiesThatSlideOutStayCounted(String mode) throws IOException {
    List<List<Frame>> groups = VIDEO.groups();
    var list = new Listed();
    String url;
    try (var first = new Connection(VIDEO)) {
      first.put(groups.get(0), 0).put(groups.get(1), 0);
      url = open("LIVE", 2, byProducer("") + ",\"DiscontinuityMode\":\"" + mode + "\"");
      list.take(playlist(url));
      list.take(playlist(first.put(groups.get(2), 0), url));
    }
    try (var goesOn = new Connection(VIDEO)) {
      list.take(playlist(goesOn.put(groups.get(3), 0), url));
      // By a second later than where it would go on.
      list.take(playlist(goesOn.put(groups.get(0), VIDEO_MS + 1000), url));
    }
    try (var other = new Connection(BOTH)) {
      list.take(playlist(other.put(BOTH.groups().get(0), 2 * VIDEO_MS), url));
    }
    String port = weir.url("");
    weir.close();
    weir = new RunningWeir(data);
    url = url.replace(port, weir.url(""));
    list.take(playlist(url));
    try (var last = new Connection(BOTH)) {
      list.take(playlist(last.put(BOTH.groups().get(1), 2 * VIDEO_MS), url));
      list.take(playlist(last.put(BOTH.groups().get(2), 2 * VIDEO_MS), url));
    }
    assertThat(list.size()).isEqualTo(8);
    List<Integer> steps =
        switch (mode) {
          case "ALWAYS" -> List.of(1, 1, 1, 1, 1, 1, 1);
          // Where the tracks change.
          case "NEVER" -> List.of(0, 0, 0, 0, 1, 0, 0);
          default -> List.of(0, 0, 0, 1, 1, 0, 0);
        };
    assertThat(list.discontinuitySteps()).isEqualTo(steps);
  }

  private String playlist(Connection after, String url) {
    assertThat(after).isNotNull();
    return playlist(url);
  }

  /** Segments by their fragment, as one playlist after another names them. */
  private static final class Listed {
    private final Map<String, Place> places = new LinkedHashMap<>();

    private record Place(long number, long discontinuities) {}

    void take(String playlist) {
      long number = tag(playlist, "#EXT-X-MEDIA-SEQUENCE:");
      long discontinuities = tag(playlist, "#EXT-X-DISCONTINUITY-SEQUENCE:");
      boolean first = true;
      for (String line : playlist.lines().toList()) {
        if (line.equals("#EXT-X-DISCONTINUITY")) {
          // The one at the first segment is counted already.
          discontinuities += first ? 0 : 1;
        } else if (!line.startsWith("#")) {
          String name = line.replaceFirst(".*FragmentNumber=([0-9]+).*", "$1");
          var told = new Place(number++, discontinuities);
          assertThat(places.merge(name, told, (before, now) -> before))
              .as("place of %s in%n%s", name, playlist)
              .isEqualTo(told);
          first = false;
        }
      }
    }

    private static long tag(String playlist, String name) {
      return playlist
          .lines()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.substring(name.length())))
          .findFirst()
          .orElseThrow();
    }

    int size() {
      return places.size();
    }

    /** From each segment to the next. */
    List<Integer> discontinuitySteps() {
      List<Place> inOrder = List.copyOf(places.values());
      var steps = new ArrayList<Integer>();
      for (int i = 1; i < inOrder.size(); i++) {
        long step = inOrder.get(i).discontinuities - inOrder.get(i - 1).discontinuities;
        steps.add(Math.toIntExact(step));
      }
      return steps;
    }
  }

  @Test
  void aLiveSessionReachesNothingFromBeforeItBegan() throws IOException {
    try (var connection = new Connection(VIDEO)) {
      for (List<Frame> group : VIDEO.groups()) {
        connection.put(group, 0);
      }
      List<String> all = PushedStream.uris(playlist(open("LIVE", 100, byProducer(""))));
      String url = open("LIVE", 2, byProducer(""));
      List<String> within = PushedStream.uris(playlist(url));
      assertThat(within).hasSize(2);
      String token = within.getFirst().replaceFirst(".*(SessionToken=[^&]*).*", "$1");
      List<Integer> statuses =
          all.stream()
              .map(each -> each.replaceFirst("SessionToken=[^&]*", token))
              .map(each -> get(URI.create(url).resolve(each).toString()).statusCode())
              .toList();
      assertThat(statuses).containsExactly(404, 404, 200, 200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FRAGMENTED_MP4", "MPEG_TS"})
  void aReplayPlaysToItsEndWhileItsBeginIsDeleted(String container) throws IOException {
    List<List<Frame>> groups = VIDEO.groups();
    try (var connection = new Connection(VIDEO)) {
      for (List<Frame> group : groups) {
        connection.put(group, 0);
      }
    }
    String url =
        open(
            "LIVE_REPLAY",
            2,
            byProducer(range(0, 60_000)) + ",\"ContainerFormat\":\"" + container + "\"");
    String path =
        "/v1/streams/cam/fragments?from=%d&to=%d"
            .formatted(start.toEpochMilli(), start.toEpochMilli() + 1);
    assertThat(weir.send(HttpRequest.newBuilder(URI.create(weir.url(path))).DELETE()).statusCode())
        .isBetween(200, 204);
    List<String> pushed = Frames.video(pushed(VIDEO).toString()).hashes();
    assertThat(play(url, List.of()).hashes())
        .isEqualTo(pushed.subList(groups.getFirst().size(), pushed.size()));
  }
}
