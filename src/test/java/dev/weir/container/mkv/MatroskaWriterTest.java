// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bytes.ByteWriter;
import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.Demuxers;
import dev.weir.container.codec.CodecParser;
import dev.weir.container.mkv.MatroskaWriter.Block;
import dev.weir.container.mkv.MatroskaWriter.Cue;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MatroskaWriterTest {

  private static final Codec AAC = CodecParser.aac(Bytes.fromHex("1188"));
  private static final Codec OPUS =
      CodecParser.opus(Bytes.fromHex("4f707573486561640101380180bb0000000000"));

  @ParameterizedTest
  @CsvSource({
    "1000, 1000, 1000000",
    "1000, 1000000, 1000",
    "12800, 12800, 78125",
    "12800, 48000, 10000",
    "90000, 48000, 5000",
    "30000, 44100, 10000",
    "1000, 48000, 10000"
  })
  void theScaleKeepsEveryTickApart(int first, int second, long scaleNs) {
    var writer = new MatroskaWriter(List.of(aac(0, first), aac(1, second)));
    assertThat(writer.scaleNs()).isEqualTo(scaleNs);
    var random = new Random(7);
    for (int timescale : new int[] {first, second}) {
      for (int i = 0; i < 1000; i++) {
        long ticks = random.nextLong(1L << 40);
        long units = writer.units(MediaTime.toNanos(ticks, timescale));
        assertThat(MediaTime.toTicks(units * scaleNs, timescale)).isEqualTo(ticks);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 1_000, 40_000, 1_000_000})
  void whatIsWrittenIsReadAgainHoweverFarTimesLieApart(long step) {
    var tracks = List.of(aac(0, 1000), new Track(1, 1000, "eng", OPUS));
    var writer = new MatroskaWriter(tracks);
    var blocks = new ArrayList<Block>();
    var payload = new ByteWriter();
    for (int i = 0; i < 50; i++) {
      blocks.add(
          new Block(
              i % 2,
              writer.timestamp(tracks.get(i % 2), i * step * 1_000_000),
              i,
              true,
              false,
              i % 7 == 3 ? i * 100_000 : 0));
      payload.bytes(ByteBuffer.wrap(frame(i)));
    }
    byte[] clusters = MatroskaWriter.clusters(blocks, payload.asBuffer());
    assertThat(clusters).hasSize((int) MatroskaWriter.clustersBytes(blocks));
    byte[] head = writer.segmentHead(OptionalLong.of(50 * step), 1_700_000_000_000_000_000L);
    for (OptionalLong size :
        List.of(OptionalLong.of((long) head.length + clusters.length), OptionalLong.empty())) {
      var file = new ByteWriter().bytes(writer.fileHead(size)).bytes(head).bytes(clusters);
      var read = new Collected();
      var demuxer = Demuxers.sniffing(read, DemuxLimits.DEFAULT);
      demuxer.feed(file.asBuffer());
      demuxer.end();
      assertThat(read.tracks).isEqualTo(tracks);
      assertThat(read.truncations).isEmpty();
      assertThat(read.samples).hasSize(50);
      for (int i = 0; i < 50; i++) {
        DemuxedSample sample = read.samples.get(i);
        assertThat(sample.trackIndex()).isEqualTo(i % 2);
        assertThat(sample.presentationTime()).isEqualTo(i * step);
        assertThat(sample.sync()).isTrue();
        assertThat(sample.discardPaddingNs()).isEqualTo(i % 7 == 3 ? i * 100_000 : 0);
        assertThat(sample.data()).isEqualTo(ByteBuffer.wrap(frame(i)));
      }
    }
  }

  @Test
  void cuesHaveTheLengthThatWasAnnounced() {
    assertThat(MatroskaWriter.cues(List.of())).isEmpty();
    for (int count = 1; count < 300; count += 49) {
      var cues = new ArrayList<Cue>();
      for (int i = 0; i < count; i++) {
        cues.add(new Cue(0, i * 1_000_000L, i * 100_000_000_000L));
      }
      assertThat(MatroskaWriter.cues(cues)).hasSize(MatroskaWriter.cuesBytes(count));
    }
  }

  private static byte[] frame(int size) {
    var frame = new byte[size];
    new Random(size).nextBytes(frame);
    return frame;
  }

  private static Track aac(int index, int timescale) {
    return new Track(index, timescale, "und", AAC);
  }

  private static final class Collected implements DemuxSink {
    final List<DemuxedSample> samples = new ArrayList<>();
    final List<String> truncations = new ArrayList<>();
    List<Track> tracks = List.of();

    @Override
    public void tracks(List<Track> declared) {
      tracks = declared;
    }

    @Override
    public void sample(DemuxedSample sample) {
      samples.add(sample);
    }

    @Override
    public void boundary() {}

    @Override
    public void truncated(String where) {
      truncations.add(where);
    }
  }
}
