// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.ParsedMedia;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.model.Bytes;
import dev.weir.model.TimecodeMode;
import dev.weir.testing.Frames;
import dev.weir.testing.Playlist;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ClipFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Fragment;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.FragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSDisplayFragmentTimestamp;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSPlaybackMode;
import software.amazon.awssdk.services.kinesisvideomedia.KinesisVideoMediaClient;
import software.amazon.awssdk.services.kinesisvideomedia.model.StartSelectorType;

/**
 * A producer whose connections break, overlap and come late, and which sends again what it has not
 * heard of: by the producer's clock there is no hole and no frame twice.
 */
final class ReconnectingProducerIT {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06.007Z");
  private static final Instant END = START.plusSeconds(600);
  private static final long MILLISECOND_NS = 1_000_000;

  /** As long as a frame lasts, at 25 a second. */
  private static final int FRAME_MILLIS = 40;

  private static final int DEEPEST_REORDERING = 2;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is pushed: pictures shown in another order than sent, or of uneven distances; sound. */
  enum Recording {
    ABSOLUTE_WITH_SOUND("h264-aac.mkv", TimecodeMode.ABSOLUTE),
    RELATIVE_WITH_SOUND("h264-aac.mkv", TimecodeMode.RELATIVE),
    RELATIVE_2997("h264-baseline-2997.mkv", TimecodeMode.RELATIVE),
    RELATIVE_HEVC("hevc-aac.mkv", TimecodeMode.RELATIVE);

    private final String sample;
    private final TimecodeMode mode;

    Recording(String sample, TimecodeMode mode) {
      this.sample = sample;
      this.mode = mode;
    }

    Source source() {
      return Source.of(Path.of("media-samples", sample));
    }

    /** The sample twice, one after the other. */
    List<List<Frame>> groups() {
      Source source = source();
      long periodMs = 20 + source.frames().stream().mapToLong(Frame::timeMs).max().orElseThrow();
      var groups = new ArrayList<>(source.groups());
      for (List<Frame> group : source.groups()) {
        groups.add(group.stream().map(each -> each.at(each.timeMs() + periodMs)).toList());
      }
      return groups;
    }
  }

  @TempDir Path folder;
  private RunningWeir weir;
  private KinesisVideoMediaClient media;
  private KinesisVideoArchivedMediaClient archived;
  private int connections;

  @BeforeEach
  void start() throws IOException {
    weir = new RunningWeir(folder.resolve("data"));
    // The server asks for none; clients want to sign.
    AccessKey key = AwsClients.key(Files.createDirectory(folder.resolve("keys")));
    media = AwsClients.client(KinesisVideoMediaClient.builder(), weir, key).build();
    archived = AwsClients.client(KinesisVideoArchivedMediaClient.builder(), weir, key).build();
    weir.put("/v1/streams/cam", "{\"retention\":\"1d\"}");
  }

  @AfterEach
  void stop() {
    media.close();
    archived.close();
    weir.close();
  }

  /** One PutMedia of a recording, its fragments named by their place. Confined to one thread. */
  private final class Connection implements AutoCloseable {
    private final List<List<Frame>> groups;
    private final long zeroMs;
    private final WireClient client = new WireClient(weir);
    private final ProducerMatroska document = new ProducerMatroska();

    /**
     * @param first the fragment that it will send first, from which relative timecodes count
     */
    Connection(Recording recording, int first) {
      this.groups = recording.groups();
      long firstMs = groups.get(first).getFirst().timeMs();
      boolean relative = recording.mode == TimecodeMode.RELATIVE;
      this.zeroMs = relative ? firstMs : -START.toEpochMilli();
      connections++;
      client.sendHead(
          "POST /putMedia HTTP/1.1",
          "Host: 127.0.0.1",
          "x-amzn-stream-name: cam",
          "x-amzn-fragment-timecode-type: " + recording.mode,
          "x-amzn-producer-start-timestamp: " + START.plusMillis(firstMs),
          "Transfer-Encoding: chunked");
      assertThat(client.head().status()).isEqualTo(200);
      document.header(recording.source().tracks());
    }

    private List<Frame> timed(int group) {
      return groups.get(group).stream().map(each -> each.at(each.timeMs() - zeroMs)).toList();
    }

    Connection send(int from, int to) {
      for (int group = from; group < to; group++) {
        document.cluster(timed(group));
      }
      return flush();
    }

    Connection sendHalfOf(int group) {
      List<Frame> frames = timed(group);
      document.cluster(frames.subList(0, frames.size() / 2));
      flush();
      return await("BUFFERING", group);
    }

    Connection endOfFragment(int group) {
      document.endOfFragment();
      flush();
      return await("PERSISTED", group);
    }

    private Connection flush() {
      byte[] bytes = document.take();
      client.sendChunk(bytes, 0, bytes.length);
      return this;
    }

    Connection await(String event, int group) {
      long timecode = timed(group).getFirst().timeMs();
      JsonNode ack;
      do {
        try {
          ack = JSON.readTree(client.chunk());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        assertThat(ack.path("EventType").asText()).as(ack.toString()).isNotEqualTo("ERROR");
      } while (!ack.path("EventType").asText().equals(event)
          || ack.path("FragmentTimecode").asLong() != timecode);
      return this;
    }

    /** The body comes to its end, and the answer after it. */
    void end() {
      client.send("0\r\n\r\n");
      assertThat(new String(client.rest(), StandardCharsets.US_ASCII))
          .endsWith("0\r\n\r\n")
          .doesNotContain("ERROR");
      client.close();
    }

    /** The connection is lost. */
    @Override
    public void close() {
      client.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsLostInsideAFragmentAndSentAgainPlaysOnce(Recording recording) throws IOException {
    try (var first = new Connection(recording, 0)) {
      first.send(0, 3).sendHalfOf(3);
    }
    weir.awaitPushesEnded(1);
    // From a fragment that was kept, as producers do which have not heard of it.
    new Connection(recording, 1).send(1, recording.groups().size()).end();
    assertPlaysOnceAndWhole(recording);
  }

  @ParameterizedTest
  @EnumSource
  void connectionsOverlapWhileAProducerChangesItsToken(Recording recording) throws IOException {
    int count = recording.groups().size();
    try (var first = new Connection(recording, 0)) {
      first.send(0, 2).sendHalfOf(2);
      try (var second = new Connection(recording, 3)) {
        second.send(3, 5).await("PERSISTED", 3);
        List<Frame> third = first.timed(2);
        first.document.raw(rest(third));
        first.flush().endOfFragment(2).end();
        second.send(5, count).endOfFragment(count - 1).end();
      }
    }
    assertPlaysOnceAndWhole(recording);
  }

  /** The second half of a fragment whose first was sent. */
  private static byte[] rest(List<Frame> frames) {
    var document = new ProducerMatroska();
    frames
        .subList(frames.size() / 2, frames.size())
        .forEach(each -> document.frame(frames.getFirst().timeMs(), each));
    return document.bytes();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasHeldBackInAnOutageIsSentLater(Recording recording) throws IOException {
    int count = recording.groups().size();
    new Connection(recording, 0).send(0, 2).end();
    new Connection(recording, 5).send(5, count).end();
    new Connection(recording, 2).send(2, 5).end();
    assertPlaysOnceAndWhole(recording);
  }

  /** It ended its fragment, lost the connection before it heard so, and begins with it again. */
  @ParameterizedTest
  @EnumSource
  void theLastFragmentOfACallIsTheSameAsOneAmongOthers(Recording recording) throws IOException {
    int count = recording.groups().size();
    try (var first = new Connection(recording, 0)) {
      first.send(0, 4).endOfFragment(3);
    }
    weir.awaitPushesEnded(1);
    new Connection(recording, 3).send(3, count).end();
    new Connection(recording, 2).send(2, 4).end();
    assertPlaysOnceAndWhole(recording);
  }

  private void assertPlaysOnceAndWhole(Recording recording) throws IOException {
    weir.awaitPushesEnded(connections);
    var document = new ProducerMatroska().header(recording.source().tracks());
    recording.groups().forEach(document::cluster);
    String pushed = Files.write(folder.resolve("pushed.mkv"), document.bytes()).toString();
    List<Instant> starts = recording.groups().stream().map(ReconnectingProducerIT::start).toList();

    assertThat(listed()).containsExactlyElementsOf(starts);
    String clip = Files.write(folder.resolve("clip.mp4"), clip()).toString();
    Frames.video(clip).assertSameAs(Frames.video(pushed), MILLISECOND_NS);
    Frames.audioPackets(clip).assertSameHashesAs(Frames.audioPackets(pushed));
    assertPlays(session(), starts, pushed);
    assertThat(read()).isEqualTo(byStart(recording));
  }

  /** However many connections it came by: nothing begins anew. */
  private void assertPlays(String session, List<Instant> starts, String pushed) throws IOException {
    List<String> playlists = Playlist.named(text(session, session));
    String list = text(session, playlists.getLast());
    assertThat(list).doesNotContain("#EXT-X-DISCONTINUITY");
    Playlist video = Playlist.parse(list);
    assertThat(video.entries().stream().map(each -> each.time().orElseThrow()))
        .containsExactlyElementsOf(starts);
    for (int i = 1; i < starts.size(); i++) {
      Duration reached = Duration.ofMillis(Math.round(1000 * video.entries().get(i - 1).seconds()));
      // As pictures are sent; they are shown up to the depth of their reordering earlier.
      assertThat(starts.get(i - 1).plus(reached))
          .isBetween(
              starts.get(i).minusMillis(FRAME_MILLIS),
              starts.get(i).plusMillis(DEEPEST_REORDERING * FRAME_MILLIS));
    }
    List<String> packets = packets(session, video, Frames::videoPackets);
    assertThat(packets).isEqualTo(Frames.videoPackets(pushed).hashes());
    if (playlists.size() > 1) {
      Playlist audio = Playlist.parse(text(session, playlists.getFirst()));
      assertThat(packets(session, audio, Frames::audioPackets))
          .isEqualTo(Frames.audioPackets(pushed).hashes());
    }
    Frames.videoPackets(session).assertSameHashesAs(Frames.videoPackets(pushed));
    Frames.video(session).assertSameAs(Frames.video(pushed), MILLISECOND_NS);
    Frames.audioPackets(session).assertSameHashesAs(Frames.audioPackets(pushed));
  }

  private List<String> packets(String session, Playlist playlist, Function<String, Frames> reader)
      throws IOException {
    var packets = new ArrayList<String>();
    for (String map : playlist.maps()) {
      var stretch = new ByteArrayOutputStream();
      stretch.writeBytes(weir.bytes(path(session, map)));
      for (Playlist.Entry entry : playlist.of(map)) {
        stretch.writeBytes(weir.bytes(path(session, entry.uri())));
      }
      Path file = Files.write(folder.resolve("stretch.mp4"), stretch.toByteArray());
      packets.addAll(reader.apply(file.toString()).hashes());
    }
    return packets;
  }

  private String text(String session, String uri) {
    return weir.get(path(session, uri)).body();
  }

  private static String path(String session, String uri) {
    URI resolved = URI.create(session).resolve(uri);
    return resolved.getPath() + "?" + resolved.getRawQuery();
  }

  private List<Instant> listed() {
    return archived
        .listFragments(call ->
            call.streamName("cam")
                .fragmentSelector(selector ->
                    selector
                        .fragmentSelectorType(FragmentSelectorType.PRODUCER_TIMESTAMP)
                        .timestampRange(range -> range.startTimestamp(START).endTimestamp(END))))
        .fragments()
        .stream()
        .map(Fragment::producerTimestamp)
        .toList();
  }

  private byte[] clip() {
    return archived
        .getClip(
            call ->
                call.streamName("cam")
                    .clipFragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(ClipFragmentSelectorType.PRODUCER_TIMESTAMP)
                            .timestampRange(
                                range -> range.startTimestamp(START).endTimestamp(END))),
            ResponseTransformer.toBytes())
        .asByteArray();
  }

  private String session() {
    return archived
        .getHLSStreamingSessionURL(call ->
            call.streamName("cam")
                .playbackMode(HLSPlaybackMode.ON_DEMAND)
                .displayFragmentTimestamp(HLSDisplayFragmentTimestamp.ALWAYS)
                .hlsFragmentSelector(selector ->
                    selector
                        .fragmentSelectorType(HLSFragmentSelectorType.PRODUCER_TIMESTAMP)
                        .timestampRange(range -> range.startTimestamp(START).endTimestamp(END))))
        .hlsStreamingSessionURL();
  }

  /** GetMedia gives everything in the order it came; of what came twice a reader keeps one. */
  private Map<Long, List<Bytes>> read() {
    byte[] bytes =
        media
            .getMedia(
                call ->
                    call.streamName("cam")
                        .startSelector(from -> from.startSelectorType(StartSelectorType.EARLIEST)),
                ResponseTransformer.toBytes())
            .asByteArray();
    var byStart = new TreeMap<Long, List<Bytes>>();
    ParsedMedia.of(bytes)
        .framesByFragment()
        .forEach((fragment, frames) -> {
          List<Bytes> same = byStart.put(fragment.getProducerSideTimestampMillis(), frames);
          assertThat(same == null ? frames : same).isEqualTo(frames);
        });
    return byStart;
  }

  /** Of the picture that is shown first, which need not be the first that is sent. */
  private static Instant start(List<Frame> group) {
    return START.plusMillis(
        group.stream()
            .filter(each -> each.track() == 1)
            .mapToLong(Frame::timeMs)
            .min()
            .orElseThrow());
  }

  private static Map<Long, List<Bytes>> byStart(Recording recording) {
    var byStart = new TreeMap<Long, List<Bytes>>();
    for (List<Frame> group : recording.groups()) {
      byStart.put(start(group).toEpochMilli(), group.stream().map(Frame::data).toList());
    }
    return byStart;
  }
}
