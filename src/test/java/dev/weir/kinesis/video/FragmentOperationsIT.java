// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.kinesisvideo.parser.utilities.FragmentMetadata;
import com.amazonaws.services.kinesisvideo.model.AckEventType.Values;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.MediaProducer;
import dev.weir.kinesis.MediaProducer.Outcome;
import dev.weir.kinesis.ParsedMedia;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.model.Bytes;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Fragment;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.FragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideomedia.KinesisVideoMediaClient;
import software.amazon.awssdk.services.kinesisvideomedia.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesisvideomedia.model.StartSelector;
import software.amazon.awssdk.services.kinesisvideomedia.model.StartSelectorType;

/** What was pushed by the SDK for Java 1 is read by that for Java 2 and by the parser library. */
final class FragmentOperationsIT {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06.007Z");
  private static final Source BOTH = Source.of(Path.of("media-samples", "h264-aac.mkv"));

  @TempDir Path data;
  private AccessKey key;
  private RunningWeir weir;
  private KinesisVideoMediaClient media;
  private KinesisVideoArchivedMediaClient archived;

  @BeforeEach
  void start() {
    key = AwsClients.key(data);
    weir = new RunningWeir(data);
    media = AwsClients.client(KinesisVideoMediaClient.builder(), weir, key).build();
    archived = AwsClients.client(KinesisVideoArchivedMediaClient.builder(), weir, key).build();
    try (var control = AwsClients.control(weir, key)) {
      control.createStream(call -> call.streamName("cam").dataRetentionInHours(24));
    }
  }

  @AfterEach
  void stop() {
    media.close();
    archived.close();
    weir.close();
  }

  private Outcome push(byte[] document) {
    try (var producer = new MediaProducer(weir, key)) {
      Outcome outcome =
          producer.put(MediaProducer.relative("cam", START), new ByteArrayInputStream(document));
      assertThat(outcome.failure()).isEmpty();
      return outcome;
    }
  }

  private byte[] read(StartSelector from) {
    return media
        .getMedia(call -> call.streamName("cam").startSelector(from), ResponseTransformer.toBytes())
        .asByteArray();
  }

  private static StartSelector from(StartSelectorType type) {
    return StartSelector.builder().startSelectorType(type).build();
  }

  private static ProducerMatroska document() {
    var document = new ProducerMatroska().header(BOTH.tracks());
    BOTH.groups().forEach(group -> document.cluster(group).tags("n", "" + group.size()));
    return document;
  }

  @Test
  void whatWasPushedComesBackByteForByte() {
    byte[] header = new ProducerMatroska().header(BOTH.tracks()).bytes();
    List<String> numbers = push(document().bytes()).numbers(Values.PERSISTED);
    byte[] read = read(from(StartSelectorType.EARLIEST));
    var expected = new ByteArrayOutputStream();
    for (int i = 0; i < numbers.size(); i++) {
      byte[] cluster =
          new ProducerMatroska()
              .cluster(BOTH.groups().get(i))
              .tags("n", "" + BOTH.groups().get(i).size())
              .bytes();
      expected.writeBytes(withUnknownSegment(header));
      expected.writeBytes(tags(read, expected.size()));
      expected.writeBytes(cluster);
      expected.writeBytes(tags(read, expected.size()));
    }
    assertThat(read).isEqualTo(expected.toByteArray());
  }

  /** Forgetting a fragment makes its file anew; what its producer wrote of the others stays. */
  @Test
  void whatIsKeptBesideAForgottenFragmentComesBackByteForByte() {
    push(document().bytes());
    Instant second = START.plusMillis(BOTH.groups().get(1).getFirst().timeMs());
    assertThat(
            weir.delete("/v1/streams/cam/fragments?from=" + START + "&to=" + second.minusMillis(1))
                .statusCode())
        .isEqualTo(204);
    weir.stop();
    weir.start();
    media.close();
    media = AwsClients.client(KinesisVideoMediaClient.builder(), weir, key).build();
    byte[] read = read(from(StartSelectorType.EARLIEST));
    for (List<ProducerMatroska.Frame> group : BOTH.groups().subList(1, BOTH.groups().size())) {
      byte[] cluster = new ProducerMatroska().cluster(group).tags("n", "" + group.size()).bytes();
      assertThat(Bytes.copyOf(read).toHex()).contains(Bytes.copyOf(cluster).toHex());
    }
    assertThat(ParsedMedia.of(read).fragments()).hasSize(BOTH.groups().size() - 1);
    assertThat(weir.server().archive().check().failures()).isEmpty();
  }

  /** The producer's header with the Segment's size as the service writes it. */
  private static byte[] withUnknownSegment(byte[] header) {
    int segment = 0;
    while (header[segment] != 0x18 || header[segment + 1] != 0x53) {
      segment++;
    }
    var out = new ByteArrayOutputStream();
    out.write(header, 0, segment + 4);
    out.writeBytes(new byte[] {1, -1, -1, -1, -1, -1, -1, -1});
    out.write(header, segment + 5, header.length - segment - 5);
    return out.toByteArray();
  }

  /** A Tags element with a size of four bytes, which is the service's. */
  private static byte[] tags(byte[] read, int at) {
    assertThat(Bytes.copyOf(slice(read, at, 4)).toHex()).isEqualTo("1254c367");
    int size =
        (read[at + 4] & 0xf) << 24
            | (read[at + 5] & 0xff) << 16
            | (read[at + 6] & 0xff) << 8
            | (read[at + 7] & 0xff);
    return slice(read, at, 8 + size);
  }

  private static byte[] slice(byte[] bytes, int at, int count) {
    var slice = new byte[count];
    System.arraycopy(bytes, at, slice, 0, count);
    return slice;
  }

  @Test
  void theParserLibraryFindsEveryFrameAndFragment() {
    List<String> numbers = push(document().bytes()).numbers(Values.PERSISTED);
    ParsedMedia parsed = ParsedMedia.of(read(from(StartSelectorType.EARLIEST)));
    assertThat(parsed.frames())
        .isEqualTo(BOTH.frames().stream().map(ProducerMatroska.Frame::data).toList());
    assertThat(parsed.numbers()).containsExactlyElementsOf(numbers);
    for (int i = 0; i < numbers.size(); i++) {
      FragmentMetadata fragment = parsed.fragments().get(i);
      assertThat(fragment.isCompleteFragment()).isTrue();
      assertThat(fragment.getProducerSideTimestampMillis())
          .isEqualTo(START.toEpochMilli() + BOTH.groups().get(i).getFirst().timeMs());
      assertThat(fragment.getContinuationToken()).contains(numbers.get(i));
    }
    assertThat(parsed.fragments().getLast().getMillisBehindNow()).hasValue(0);
  }

  @Test
  void everyWayToStartIsUnderstood() {
    List<String> numbers = push(document().bytes()).numbers(Values.PERSISTED);
    String second = numbers.get(1);
    Instant inThird = START.plusMillis(BOTH.groups().get(2).getFirst().timeMs() + 10);
    assertThat(
            numbers(
                StartSelector.builder()
                    .startSelectorType(StartSelectorType.FRAGMENT_NUMBER)
                    .afterFragmentNumber(second)
                    .build()))
        .isEqualTo(numbers.subList(2, numbers.size()));
    assertThat(
            numbers(
                StartSelector.builder()
                    .startSelectorType(StartSelectorType.CONTINUATION_TOKEN)
                    .continuationToken(second)
                    .build()))
        .isEqualTo(numbers.subList(2, numbers.size()));
    assertThat(
            numbers(
                StartSelector.builder()
                    .startSelectorType(StartSelectorType.PRODUCER_TIMESTAMP)
                    .startTimestamp(inThird)
                    .build()))
        .isEqualTo(numbers.subList(2, numbers.size()));
    assertThat(
            numbers(
                StartSelector.builder()
                    .startSelectorType(StartSelectorType.SERVER_TIMESTAMP)
                    .startTimestamp(Instant.EPOCH)
                    .build()))
        .isEqualTo(numbers);
    assertThat(numbers(from(StartSelectorType.NOW))).containsExactly(numbers.getLast());
  }

  private List<String> numbers(StartSelector from) {
    return ParsedMedia.of(read(from)).numbers();
  }

  @Test
  void whatCameByAnotherWayIsGivenAsOneClusterAFragment() {
    weir.push(
        "cam",
        Path.of("media-samples", "h264-aac.mp4"),
        "?timecodes=relative&start=" + START.toEpochMilli());
    byte[] read = read(from(StartSelectorType.EARLIEST));
    ParsedMedia parsed = ParsedMedia.of(read);
    assertThat(parsed.fragments())
        .hasSize(weir.json("/v1/streams/cam/fragments").path("items").size());
    assertThat(parsed.frames())
        .containsExactlyInAnyOrderElementsOf(
            Source.of(Path.of("media-samples", "h264-aac.mkv")).frames().stream()
                .map(ProducerMatroska.Frame::data)
                .toList());
  }

  @Test
  void aStreamThatIsNotThereIsNotRead() {
    assertThatThrownBy(() ->
            media.getMedia(
                call -> call.streamName("none").startSelector(from(StartSelectorType.EARLIEST)),
                ResponseTransformer.toBytes()))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void fragmentsAreListedByWhenTheyBegin() {
    List<String> numbers = push(document().bytes()).numbers(Values.PERSISTED);
    List<Instant> starts =
        BOTH.groups().stream().map(each -> START.plusMillis(each.getFirst().timeMs())).toList();
    List<Fragment> all = list(starts.getFirst(), starts.getLast(), 1000);
    assertThat(all.stream().map(Fragment::fragmentNumber)).containsExactlyElementsOf(numbers);
    for (int i = 0; i < all.size(); i++) {
      Fragment fragment = all.get(i);
      List<ProducerMatroska.Frame> video =
          BOTH.groups().get(i).stream().filter(each -> each.track() == 1).toList();
      long first = video.stream().mapToLong(ProducerMatroska.Frame::timeMs).min().orElseThrow();
      long last = video.stream().mapToLong(ProducerMatroska.Frame::timeMs).max().orElseThrow();
      assertThat(fragment.producerTimestamp()).isEqualTo(starts.get(i));
      assertThat(fragment.fragmentLengthInMilliseconds()).isEqualTo(last - first);
      assertThat(fragment.fragmentSizeInBytes())
          .isEqualTo(BOTH.groups().get(i).stream().mapToLong(each -> each.data().size()).sum());
    }
    // One that begins before the range and reaches into it is not listed.
    assertThat(list(starts.get(1).plusMillis(1), starts.get(2), 1000)).hasSize(1);
    assertThat(list(starts.getFirst(), starts.getLast(), 1)).isEqualTo(all);
    assertThat(list(Instant.EPOCH, Instant.EPOCH.plusSeconds(5), 1000)).isEmpty();
  }

  private List<Fragment> list(Instant from, Instant to, long page) {
    return archived
        .listFragmentsPaginator(call ->
            call.streamName("cam")
                .maxResults(page)
                .fragmentSelector(selector ->
                    selector
                        .fragmentSelectorType(FragmentSelectorType.PRODUCER_TIMESTAMP)
                        .timestampRange(range -> range.startTimestamp(from).endTimestamp(to))))
        .fragments()
        .stream()
        .toList();
  }

  @Test
  void aListNeedsASelectionThatMakesSense() {
    assertThatThrownBy(() -> archived.listFragments(call -> call.streamName("cam")))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> list(START, START.minusSeconds(1), 5))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(
            () -> archived.listFragments(call -> call.streamName("cam").nextToken("AAAA")))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void fragmentsAreGivenInTheOrderInWhichTheyAreAskedFor() {
    List<String> numbers = new ArrayList<>(push(document().bytes()).numbers(Values.PERSISTED));
    Collections.reverse(numbers);
    byte[] read =
        archived
            .getMediaForFragmentList(
                call -> call.streamName("cam").fragments(numbers), ResponseTransformer.toBytes())
            .asByteArray();
    ParsedMedia parsed = ParsedMedia.of(read);
    assertThat(parsed.numbers()).containsExactlyElementsOf(numbers);
  }
}
