// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static dev.weir.archive.DisksTest.fragments;
import static dev.weir.archive.DisksTest.push;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.GapReason;
import dev.weir.model.Proof;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chunk file that is gone is said to be, wherever its range is asked for. */
final class MissingFileTest {

  @TempDir Path folder;

  private DiskArchive open() {
    return DiskArchive.open(ArchiveOptions.of(folder), InstantSource.system());
  }

  @Test
  void aFileThatIsMissingIsAGapWithItsReasonAndABreakOfTheProof() throws IOException {
    StreamId stream = StreamId.random();
    FragmentEntry lost;
    for (int i = 0; i < 3; i++) {
      try (DiskArchive archive = open()) {
        push(archive, stream, "h264-aac.mkv");
      }
    }
    try (DiskArchive archive = open();
        Timeline all = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      assertThat(archive.prove(stream, TimeRange.ALL).breaks()).isEmpty();
      lost = all.fragments().get(5);
    }
    Files.delete(folder.resolve("streams").resolve(lost.file() + ".weir"));
    try (DiskArchive archive = open();
        Timeline all = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      assertThat(fragments(archive, stream)).isEqualTo(8);
      assertThat(all.gaps())
          .anySatisfy(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.STORAGE);
            assertThat(gap.detail()).isEqualTo(lost.file() + " is missing");
            assertThat(gap.fromNs()).isLessThanOrEqualTo(lost.producerTimeNs());
            assertThat(gap.toNs()).isGreaterThanOrEqualTo(lost.producerEndNs());
          });
      var within = new TimeRange(lost.producerTimeNs(), lost.producerEndNs());
      assertThat(archive.prove(stream, within).breaks())
          .contains(lost.file() + " is missing, with 4 fragments");
    }
  }

  @Test
  void ofARangeWithNothingInItNothingIsProven() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open()) {
      push(archive, stream, "h264-aac.mkv");
      Proof proof = archive.prove(stream, new TimeRange(0, 1_000_000_000));
      assertThat(proof.stretches()).isEmpty();
      assertThat(proof.breaks()).containsExactly("nothing is stored of this range");
    }
  }
}
