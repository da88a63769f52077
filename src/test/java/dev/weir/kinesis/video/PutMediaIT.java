// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.services.kinesisvideo.model.AckEvent;
import com.amazonaws.services.kinesisvideo.model.AckEventType.Values;
import com.amazonaws.services.kinesisvideo.model.PutMediaRequest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.MediaProducer;
import dev.weir.kinesis.MediaProducer.Outcome;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.model.Bytes;
import dev.weir.testing.Eventually;
import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PutMedia by the SDK for Java 1, of Matroska as Amazon's producers write it. */
final class PutMediaIT {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06.007Z");
  private static final Path SAMPLES = Path.of("media-samples");
  private static final Source VIDEO = Source.of(SAMPLES.resolve("h264-baseline-2997.mkv"));
  private static final Source BOTH = Source.of(SAMPLES.resolve("h264-aac.mkv"));

  /** The client sends nothing before it has so much. */
  private static final int CLIENT_BLOCK = 0x2000;

  @TempDir Path data;
  private AccessKey key;
  private RunningWeir weir;
  private MediaProducer producer;

  @BeforeEach
  void start() {
    key = AwsClients.key(data);
    weir = new RunningWeir(data);
    producer = new MediaProducer(weir, key);
    create("cam", 24);
  }

  @AfterEach
  void stop() {
    producer.close();
    weir.close();
  }

  private void create(String name, int hours) {
    try (var control = AwsClients.control(weir, key)) {
      control.createStream(call -> call.streamName(name).dataRetentionInHours(hours));
    }
  }

  private Outcome put(PutMediaRequest request, ProducerMatroska media) {
    return producer.put(request, new ByteArrayInputStream(media.bytes()));
  }

  private static ProducerMatroska document(Source source) {
    var media = new ProducerMatroska().header(source.tracks());
    source.groups().forEach(media::cluster);
    return media;
  }

  private static void assertEachFragmentThrice(Outcome outcome, int fragments) {
    assertThat(outcome.failure()).isEmpty();
    List<String> numbers = outcome.numbers(Values.BUFFERING);
    assertThat(numbers).hasSize(fragments).isSorted().doesNotHaveDuplicates();
    assertThat(outcome.numbers(Values.RECEIVED)).isEqualTo(numbers);
    assertThat(outcome.numbers(Values.PERSISTED)).isEqualTo(numbers);
    assertThat(outcome.acks()).hasSize(3 * fragments);
  }

  private List<JsonNode> fragments(String stream) {
    var items = new ArrayList<JsonNode>();
    weir.json("/v1/streams/" + stream + "/fragments?limit=1000").path("items").forEach(items::add);
    return items;
  }

  @ParameterizedTest
  @ValueSource(strings = {"h264-aac.mkv", "hevc-aac.mkv", "h264-baseline-2997.mkv"})
  void whatIsPushedIsWhatIsKept(String sample) throws IOException {
    Source source = Source.of(SAMPLES.resolve(sample));
    ProducerMatroska media = document(source);
    Outcome outcome = put(MediaProducer.relative("cam", START), media);
    assertEachFragmentThrice(outcome, source.groups().size());
    assertThat(outcome.of(Values.BUFFERING).stream().map(AckEvent::getFragmentTimecode))
        .containsExactlyElementsOf(
            source.groups().stream().map(group -> group.getFirst().timeMs()).toList());
    assertThat(fragments("cam").stream().map(each -> each.path("number").asText()))
        .containsExactlyElementsOf(outcome.numbers(Values.PERSISTED));
    Path pushed = Files.write(data.resolve("pushed.mkv"), media.bytes());
    Path clip =
        Files.write(data.resolve("clip.mp4"), weir.bytes("/v1/streams/cam/clip.mp4?from=0"));
    assertThat(hashes(Frames.video(clip.toString())))
        .isEqualTo(hashes(Frames.video(pushed.toString())));
    assertThat(hashes(Frames.audioPackets(clip.toString())))
        .isEqualTo(hashes(Frames.audioPackets(pushed.toString())));
  }

  private static List<String> hashes(Frames frames) {
    return frames.frames().stream().map(Frames.Frame::hash).toList();
  }

  @Test
  void relativeTimecodesCountFromTheStatedStartAndStayAsTheyAreInAcknowledgements() {
    Outcome outcome = put(MediaProducer.relative("cam", START), document(VIDEO));
    assertThat(outcome.of(Values.PERSISTED).getFirst().getFragmentTimecode()).isZero();
    assertThat(fragments("cam").getFirst().path("producerTime").asText())
        .isEqualTo("2026-02-03T04:05:06.007Z");
  }

  @Test
  void absoluteTimecodesAreTimes() {
    var media = new ProducerMatroska().header(VIDEO.tracks());
    long startMs = START.toEpochMilli();
    for (List<Frame> group : VIDEO.groups()) {
      media.cluster(group.stream().map(each -> each.at(startMs + each.timeMs())).toList());
    }
    Outcome outcome = put(MediaProducer.absolute("cam"), media);
    assertEachFragmentThrice(outcome, VIDEO.groups().size());
    assertThat(outcome.of(Values.BUFFERING).getFirst().getFragmentTimecode()).isEqualTo(startMs);
    assertThat(fragments("cam").getFirst().path("producerTime").asText())
        .isEqualTo("2026-02-03T04:05:06.007Z");
  }

  /** Producers end the body only once they have heard that its last fragment is kept. */
  @Test
  void anEndOfFragmentIsKeptWhileTheBodyGoesOn() throws IOException {
    var body = new PipedOutputStream();
    var media = new PipedInputStream(body, 1 << 20);
    List<List<Frame>> groups = VIDEO.groups();
    body.write(
        new ProducerMatroska()
            .header(VIDEO.tracks())
            .cluster(groups.get(0))
            .endOfFragment()
            .padding(CLIENT_BLOCK)
            .bytes());
    CompletableFuture<Outcome> outcome =
        producer.begin(MediaProducer.relative("cam", START), media);
    Eventually.holds("it is kept", () -> fragments("cam").size() == 1);
    assertThat(outcome).isNotDone();
    body.write(
        new ProducerMatroska().cluster(groups.get(1)).endOfFragment().tags("a", "b").bytes());
    body.close();
    assertEachFragmentThrice(outcome.join(), 2);
  }

  @Test
  void aStreamWithoutRetentionIsNotSaidToBePersisted() {
    create("short", 0);
    Outcome outcome = put(MediaProducer.relative("short", START), document(VIDEO));
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.numbers(Values.RECEIVED)).hasSameSizeAs(VIDEO.groups());
    assertThat(outcome.numbers(Values.PERSISTED)).isEmpty();
  }

  /** A push that breaks a rule: how it is called, its media, how much is kept, and the error. */
  record Breach(String name, ProducerMatroska media, int kept, int errorId, String errorCode) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Breach> breaches() {
    List<Frame> first = BOTH.groups().get(0);
    List<Frame> second = BOTH.groups().get(1);
    List<Frame> third = BOTH.groups().get(2);
    long end = first.stream().mapToLong(Frame::timeMs).max().orElseThrow();
    List<Frame> early = second.stream().map(each -> each.at(end)).toList();
    List<Frame> long21s = new ArrayList<>(second);
    long21s.add(second.getLast().at(second.getFirst().timeMs() + 20_001));
    List<Frame> silent = second.stream().filter(each -> each.track() == 1).toList();
    List<Frame> foreign = new ArrayList<>(second);
    foreign.add(second.getLast().onTrack(7));
    String[] eleven = new String[22];
    for (int i = 0; i < 22; i++) {
      eleven[i] = "tag" + i;
    }
    return List.of(
        new Breach(
            "a fragment that begins where the one before it ended",
            begun().cluster(first).cluster(early).cluster(third),
            1,
            4004,
            "FRAGMENT_TIMECODE_LESSER_THAN_PREVIOUS"),
        new Breach(
            "a fragment that goes back",
            begun().cluster(second).cluster(first),
            1,
            4004,
            "FRAGMENT_TIMECODE_LESSER_THAN_PREVIOUS"),
        new Breach(
            "a fragment of more than twenty seconds",
            begun().cluster(first).cluster(long21s),
            1,
            4002,
            "MAX_FRAGMENT_DURATION_REACHED"),
        new Breach(
            "a fragment of more than 50 MB",
            begun().cluster(first).begin(2000).raw(large()),
            1,
            4001,
            "MAX_FRAGMENT_SIZE_REACHED"),
        new Breach(
            "a fragment without a frame of each track",
            begun().cluster(first).cluster(silent).cluster(third),
            1,
            4011,
            "FRAMES_MISSING_FOR_TRACK"),
        new Breach(
            "a frame of a track that there is not",
            begun().cluster(first).cluster(foreign).cluster(third),
            1,
            4010,
            "TRACK_NUMBER_MISMATCH"),
        new Breach(
            "another header",
            begun().cluster(first).header(BOTH.tracks()).cluster(second),
            1,
            4006,
            "INVALID_MKV_DATA"),
        new Breach(
            "tracks without CodecPrivate",
            new ProducerMatroska().raw(withoutCodecPrivate()).cluster(first),
            0,
            4006,
            "INVALID_MKV_DATA"),
        new Breach(
            "bytes that are no Matroska",
            begun().cluster(first).cluster(second).raw(new byte[64]),
            1,
            4006,
            "INVALID_MKV_DATA"),
        new Breach(
            "no Matroska at all",
            new ProducerMatroska()
                .raw("GET / HTTP/1.1\r\n".repeat(9).getBytes(StandardCharsets.UTF_8)),
            0,
            4006,
            "INVALID_MKV_DATA"),
        new Breach(
            "a body that ends inside an element",
            begun().cluster(first).cluster(second).raw(new byte[] {(byte) 0xA3}),
            1,
            4006,
            "INVALID_MKV_DATA"),
        new Breach(
            "eleven tags",
            begun().cluster(first).cluster(second).tags(eleven).cluster(third),
            1,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "a tag with a long name",
            begun().cluster(first).cluster(second).tags("n".repeat(129), "").cluster(third),
            1,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "a tag with a long value",
            begun().cluster(first).cluster(second).tags("n", "v".repeat(257)).cluster(third),
            1,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "a tag of the service's",
            begun().cluster(first).cluster(second).tags("AWS_X", "").cluster(third),
            1,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "a tag with a value too large to be looked at",
            begun().cluster(first).cluster(second).tags("n", "v".repeat(66_000)).cluster(third),
            1,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "a tag of the service's with much padding",
            begun().cluster(first).cluster(second).paddedTag(2_000_000, "AWS_X").cluster(third),
            1,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "eleven tags, each in the one before it",
            begun().cluster(first).cluster(second).nestedTags(11).cluster(third),
            1,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "a tag with a long binary value",
            begun().cluster(first).cluster(second).binaryTag("n", new byte[257]).cluster(third),
            1,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "a tag of the service's in the header",
            begun().tags("AWS_KINESISVIDEO_FRAGMENT_NUMBER", "1").cluster(first),
            0,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"),
        new Breach(
            "a tag in the header with a value too large to be looked at",
            begun().tags("n", "v".repeat(66_000)).cluster(first),
            0,
            4009,
            "FRAGMENT_METADATA_LIMIT_REACHED"));
  }

  private static ProducerMatroska begun() {
    return new ProducerMatroska().header(BOTH.tracks());
  }

  /** A header in which that element has an id that means nothing. */
  private static byte[] withoutCodecPrivate() {
    byte[] header = begun().bytes();
    for (int i = 1; i < header.length; i++) {
      if (header[i - 1] == 0x63 && header[i] == (byte) 0xA2) {
        header[i] = (byte) 0xA1;
      }
    }
    return header;
  }

  /** Frames of 10 MB. */
  private static byte[] large() {
    var media = new ProducerMatroska();
    var data = Bytes.copyOf(new byte[10_000_000]);
    for (int i = 0; i < 6; i++) {
      media.frame(2000, new Frame(1, 2000 + i, true, data));
    }
    return media.bytes();
  }

  @ParameterizedTest
  @MethodSource("breaches")
  void whatBreaksARuleIsTheLastAndWhatWasBeforeIsKept(Breach breach) {
    Outcome outcome = put(MediaProducer.relative("cam", START), breach.media);
    assertThat(outcome.numbers(Values.PERSISTED)).hasSize(breach.kept);
    assertThat(fragments("cam")).hasSize(breach.kept);
    AckEvent last = outcome.acks().getLast();
    assertThat(last.getAckEventType().getEnumValue()).isEqualTo(Values.ERROR);
    assertThat(last.getErrorId()).isEqualTo(breach.errorId);
    assertThat(last.getErrorCode().getRawValue()).isEqualTo(breach.errorCode);
    assertThat(outcome.of(Values.ERROR)).hasSize(1);
    assertThat(weir.json("/v1/streams/cam").path("lastError").asText()).isNotEmpty();
  }

  @Test
  void whatWentWrongIsOverWithThePushThatWorks() {
    put(
        MediaProducer.relative("cam", START),
        begun().cluster(BOTH.groups().get(1)).cluster(BOTH.groups().get(0)));
    assertThat(weir.json("/v1/streams/cam").path("lastError").asText()).isNotEmpty();
    put(MediaProducer.relative("cam", START), document(BOTH));
    assertThat(weir.json("/v1/streams/cam").has("lastError")).isFalse();
  }

  @Test
  void tenTagsWithinTheLimitsAreTaken() {
    String[] ten = new String[20];
    for (int i = 0; i < 20; i++) {
      ten[i] = i % 2 == 0 ? "n".repeat(127) + i / 2 : "v".repeat(256);
    }
    var media = begun().tags("a", "b").cluster(BOTH.groups().get(0)).tags(ten);
    media.cluster(BOTH.groups().get(1)).tags("AWS_KINESISVIDEO_NOTIFICATION", "");
    assertEachFragmentThrice(put(MediaProducer.relative("cam", START), media), 2);
  }

  @Test
  void tagsOfTheHeaderAreTheProducersAffair() {
    String[] eleven = new String[22];
    for (int i = 0; i < 22; i++) {
      eleven[i] = i % 2 == 0 ? "AWS_" + i : "v".repeat(5000);
    }
    var media = begun().tags(eleven).tags("AWS_KINESISVIDEO_IMAGE_GENERATION", "");
    media.cluster(BOTH.groups().get(0)).binaryTag("n", new byte[256]).nestedTags(9);
    assertEachFragmentThrice(put(MediaProducer.relative("cam", START), media), 1);
  }

  @Test
  void aCallForAStreamThatIsNotThereIsRefusedBeforeItsMedia() {
    Outcome outcome = put(MediaProducer.relative("none", START), document(VIDEO));
    assertThat(outcome.acks()).isEmpty();
    assertThat(outcome.failure())
        .hasValueSatisfying(failure -> {
          assertThat(failure).isInstanceOf(AmazonServiceException.class);
          var refused = (AmazonServiceException) failure;
          assertThat(refused.getStatusCode()).isEqualTo(404);
          assertThat(refused.getErrorCode()).isEqualTo("ResourceNotFoundException");
        });
  }

  @Test
  void bothNameAndArnAreRefused() {
    Outcome outcome =
        put(
            MediaProducer.relative("cam", START)
                .withStreamARN("arn:aws:kinesisvideo:us-east-1:000000000000:stream/cam/1"),
            document(VIDEO));
    assertThat(outcome.failure())
        .hasValueSatisfying(failure ->
            assertThat(((AmazonServiceException) failure).getErrorCode())
                .isEqualTo("InvalidArgumentException"));
  }

  @Test
  void severalProducersOfAStreamAreTakenAtATime() {
    var outcomes = new ArrayList<CompletableFuture<Outcome>>();
    for (int i = 0; i < 4; i++) {
      outcomes.add(
          producer.begin(
              MediaProducer.relative("cam", START.plusSeconds(100L * i)),
              new ByteArrayInputStream(document(VIDEO).bytes())));
    }
    for (CompletableFuture<Outcome> outcome : outcomes) {
      assertEachFragmentThrice(outcome.join(), VIDEO.groups().size());
    }
    assertThat(fragments("cam")).hasSize(4 * VIDEO.groups().size());
  }
}
