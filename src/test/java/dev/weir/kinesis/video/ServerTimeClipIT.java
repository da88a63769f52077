// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.kinesis.PushedStream;
import dev.weir.testing.Eventually;
import dev.weir.testing.Frames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ClipFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Fragment;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.FragmentSelectorType;

/** GetClip by the server's clock, of a stream whose media did not come in its order. */
final class ServerTimeClipIT {

  private static final Source BOTH = Source.of(Path.of("media-samples", "h264-aac.mkv"));

  @TempDir Path folder;

  @Test
  void aClipIsOfWhatCameInTheRangeWhateverLiesBetweenByTheProducersClock() throws IOException {
    try (var streams = new PushedStream(folder)) {
      streams.create("cam", 24);
      Instant start = PushedStream.ago(60);
      byte[] first = clusters(0, 2);
      streams.put("cam", first, start);
      Instant end = newest(streams);
      Eventually.holds("a later millisecond", () -> Instant.now().isAfter(end.plusMillis(2)));
      streams.put("cam", clusters(1, 3), start);

      String pushed = Files.write(folder.resolve("first.mkv"), first).toString();
      String clip = Files.write(folder.resolve("clip.mp4"), clip(streams, start, end)).toString();
      assertThat(Frames.videoPackets(clip).hashes())
          .isEqualTo(Frames.videoPackets(pushed).hashes());
      Frames.audioPackets(clip).assertSameHashesAs(Frames.audioPackets(pushed));
      Frames.video(clip).assertSameHashesAs(Frames.video(pushed));
    }
  }

  private static byte[] clusters(int... groups) {
    var document = new ProducerMatroska().header(BOTH.tracks());
    for (int group : groups) {
      document.cluster(BOTH.groups().get(group));
    }
    return document.bytes();
  }

  private static Instant newest(PushedStream streams) {
    List<Fragment> fragments =
        streams
            .archived()
            .listFragments(call ->
                call.streamName("cam")
                    .fragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(FragmentSelectorType.SERVER_TIMESTAMP)
                            .timestampRange(range ->
                                range
                                    .startTimestamp(Instant.now().minusSeconds(600))
                                    .endTimestamp(Instant.now()))))
            .fragments();
    assertThat(fragments).hasSize(2);
    return fragments.stream()
        .map(Fragment::serverTimestamp)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static byte[] clip(PushedStream streams, Instant from, Instant to) {
    return streams
        .archived()
        .getClip(
            call ->
                call.streamName("cam")
                    .clipFragmentSelector(selector ->
                        selector
                            .fragmentSelectorType(ClipFragmentSelectorType.SERVER_TIMESTAMP)
                            .timestampRange(range -> range.startTimestamp(from).endTimestamp(to))),
            ResponseTransformer.toBytes())
        .asByteArray();
  }
}
