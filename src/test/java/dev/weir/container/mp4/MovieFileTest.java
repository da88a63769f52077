// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.bytes.ByteSource;
import dev.weir.bytes.ByteWriter;
import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.Demuxers;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MovieFileTest {

  private static final Path FRAGMENTED = Path.of("media-samples/h264-aac.mp4");

  /** What an MP4 says: its tracks, and its samples in the order in which they come. */
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

    List<DemuxedSample> of(int track) {
      return samples.stream().filter(each -> each.trackIndex() == track).toList();
    }
  }

  private static Collected fragmented() throws IOException {
    var collected = new Collected();
    var demuxer = Demuxers.sniffing(collected, DemuxLimits.DEFAULT);
    demuxer.feed(ByteBuffer.wrap(Files.readAllBytes(FRAGMENTED)));
    demuxer.end();
    return collected;
  }

  private static Collected read(byte[] file) {
    var collected = new Collected();
    MovieFile movie = MovieFile.open(ByteSource.of(file), DemuxLimits.DEFAULT).orElseThrow();
    collected.tracks(movie.tracks());
    while (movie.advance(collected)) {
      assertThat(collected.samples).hasSizeLessThan(10_000);
    }
    return collected;
  }

  /** The same samples as a progressive file, in chunks of up to {@code most} samples a track. */
  private static byte[] progressive(Collected media, int most, Random random) {
    var payload = new ByteWriter();
    var tables = new ArrayList<TrackTable>();
    var queues = new ArrayList<List<DemuxedSample>>();
    for (Track track : media.tracks) {
      tables.add(new TrackTable(track));
      queues.add(new ArrayList<>(media.of(track.index())));
    }
    while (queues.stream().anyMatch(queue -> !queue.isEmpty())) {
      for (int i = 0; i < queues.size(); i++) {
        List<DemuxedSample> queue = queues.get(i);
        int count = Math.min(queue.size(), 1 + random.nextInt(most));
        if (count > 0) {
          tables.get(i).chunk(payload.size());
        }
        for (DemuxedSample sample : queue.subList(0, count)) {
          tables
              .get(i)
              .add(
                  sample.decodeTime().orElseThrow(),
                  sample.presentationTime(),
                  sample.data().remaining(),
                  sample.sync());
          payload.bytes(sample.data());
        }
        queue.subList(0, count).clear();
      }
    }
    var movie = new ArrayList<ProgressiveMovie.TrackOfMovie>();
    for (TrackTable table : tables) {
      table.end(media.of(table.track().index()).getLast().duration());
      movie.add(new ProgressiveMovie.TrackOfMovie(table, new EditList(0, 0, 8000)));
    }
    return new ByteWriter()
        .bytes(ProgressiveMovie.header(movie, 1000, 8000, payload.size()))
        .bytes(payload.asBuffer())
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100})
  void everySampleIsFoundWhateverTheChunks(int most) throws IOException {
    Collected source = fragmented();
    Collected read = read(progressive(source, most, new Random(most)));
    assertThat(read.tracks).isEqualTo(source.tracks);
    for (Track track : source.tracks) {
      List<DemuxedSample> expected = source.of(track.index());
      long first = expected.getFirst().decodeTime().orElseThrow();
      assertThat(read.of(track.index()))
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
              "decodeTime", "presentationTime")
          .isEqualTo(expected);
      for (int i = 0; i < expected.size(); i++) {
        DemuxedSample sample = read.of(track.index()).get(i);
        assertThat(sample.decodeTime().orElseThrow())
            .isEqualTo(expected.get(i).decodeTime().orElseThrow() - first);
        assertThat(sample.presentationTime()).isEqualTo(expected.get(i).presentationTime() - first);
      }
    }
  }

  @Test
  void tracksAreMergedByDecodeTime() throws IOException {
    // All pictures lie before all sound in the file.
    List<DemuxedSample> read = read(progressive(fragmented(), 1000, new Random(1))).samples;
    long latestNs = Long.MIN_VALUE;
    for (DemuxedSample sample : read) {
      int timescale = sample.trackIndex() == 0 ? 16_000 : 48_000;
      long ns = sample.decodeTime().orElseThrow() * 1_000_000_000L / timescale;
      assertThat(ns).isGreaterThanOrEqualTo(latestNs);
      latestNs = ns;
    }
  }

  @Test
  void aFragmentedFileAndOtherFilesAreNotForThisReader() throws IOException {
    for (Path file : List.of(FRAGMENTED, Path.of("media-samples/aac.mka"), Path.of("pom.xml"))) {
      assertThat(MovieFile.open(ByteSource.of(Files.readAllBytes(file)), DemuxLimits.DEFAULT))
          .isEmpty();
    }
    assertThat(MovieFile.open(ByteSource.of(new byte[3]), DemuxLimits.DEFAULT)).isEmpty();
  }

  @Test
  void aRecordingThatWasNeverFinishedIsNamedSo() {
    byte[] file = new byte[100];
    ByteBuffer.wrap(file).putInt(100).put("mdat".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> MovieFile.open(ByteSource.of(file), DemuxLimits.DEFAULT))
        .isInstanceOf(MalformedMedia.class)
        .hasMessageContaining("never finished");
  }

  @Test
  void aFileThatEndsBeforeItsSamplesGivesWhatIsThere() throws IOException {
    byte[] whole = progressive(fragmented(), 5, new Random(5));
    Collected read = read(Arrays.copyOf(whole, whole.length * 3 / 4));
    assertThat(read.samples).hasSizeGreaterThan(200);
    assertThat(read.truncations).hasSize(1);
  }

  @Test
  void anEditListShiftsItsTrack() throws IOException {
    byte[] file = progressive(fragmented(), 5, new Random(5));
    // elst version 1 with one entry: duration, media time, rate; the video track's comes first.
    int elst = find(file, "elst");
    ByteBuffer.wrap(file).putLong(elst + 4 + 8 + 8, 1280);
    assertThat(read(file).of(0).getFirst().presentationTime()).isZero();
    ByteBuffer.wrap(file).putLong(elst + 4 + 8, 2000).putLong(elst + 4 + 8 + 8, -1);
    assertThat(read(file).of(0).getFirst().presentationTime()).isEqualTo(1280 + 2 * 16_000);
  }

  @Test
  void whatIsNotDoneIsUnsupportedAndWhatIsBrokenIsMalformed() throws IOException {
    byte[] file = progressive(fragmented(), 5, new Random(5));
    assertThatThrownBy(() -> read(renamed(file, "stsz", "stz2")))
        .isInstanceOf(UnsupportedMedia.class)
        .hasMessageContaining("stz2");
    for (String table : List.of("stts", "stsc", "co64", "stsz")) {
      if (find(file, table) >= 0) {
        assertThatThrownBy(() -> read(renamed(file, table, "free")))
            .isInstanceOf(MalformedMedia.class)
            .hasMessageContaining(table);
      }
    }
    byte[] otherDescription = file.clone();
    ByteBuffer.wrap(otherDescription).putInt(find(file, "stsc") + 4 + 4 + 4 + 8, 2);
    assertThatThrownBy(() -> read(otherDescription)).isInstanceOf(UnsupportedMedia.class);
    byte[] tooManySamples = file.clone();
    ByteBuffer.wrap(tooManySamples).putInt(find(file, "stts") + 4 + 4 + 4, 1);
    assertThatThrownBy(() -> read(tooManySamples))
        .isInstanceOf(MalformedMedia.class)
        .hasMessageContaining("ends early");
    byte[] hugeSample = file.clone();
    ByteBuffer.wrap(hugeSample).putInt(find(file, "stsz") + 4 + 4 + 8, -1);
    assertThatThrownBy(() -> read(hugeSample)).isInstanceOf(LimitExceeded.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void damageAnywhereGivesAnErrorOfOursOrSamples(long seed) throws IOException {
    byte[] whole = progressive(fragmented(), 5, new Random(5));
    int headerBytes = find(whole, "mdat");
    var random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(8); n >= 0; n--) {
        damaged[random.nextInt(headerBytes)] = (byte) random.nextInt();
      }
      try {
        MovieFile.open(ByteSource.of(damaged), DemuxLimits.DEFAULT)
            .ifPresent(movie -> {
              var collected = new Collected();
              while (movie.advance(collected)) {
                assertThat(collected.samples).as("seed %d", seed).hasSizeLessThan(100_000);
              }
            });
      } catch (WeirException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  private static byte[] renamed(byte[] file, String from, String to) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed).put(find(file, from), to.getBytes(StandardCharsets.US_ASCII));
    return changed;
  }

  private static int find(byte[] file, String type) {
    return new String(file, StandardCharsets.ISO_8859_1).indexOf(type);
  }
}
