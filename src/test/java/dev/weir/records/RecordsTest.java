// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order in which records came, across days, restarts and clocks that go back. */
final class RecordsTest {

  private static final long DAY_NS = 86_400_000_000_000L;
  private static final StreamId STREAM = StreamId.parse("00000000-0000-0000-0000-000000000007");

  @TempDir Path folder;
  private Instant now = Instant.parse("2026-01-10T00:00:00Z");

  private Records open() {
    return new Records(folder, () -> now);
  }

  private static TimedRecord record(long timeNs, String text) {
    return new TimedRecord(
        0, timeNs, 0, "note", new ObjectMapper().createObjectNode().put("text", text));
  }

  private static List<String> texts(List<TimedRecord> records) {
    return records.stream().map(each -> each.fields().path("text").asText()).toList();
  }

  @Test
  void recordsOfAllDaysFollowOneAnotherAsTheyCame() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var added = new ArrayList<String>();
    Records records = open();
    for (int batch = 0; batch < 60; batch++) {
      var together = new ArrayList<TimedRecord>();
      for (int i = 0; i <= random.nextInt(40); i++) {
        String text = "x".repeat(random.nextInt(400)) + added.size();
        together.add(record(random.nextInt(5) * DAY_NS, text));
        added.add(text);
      }
      records.add(STREAM, together);
      if (random.nextInt(10) == 0) {
        records = open();
        // As after a step of the clock.
        now = now.minusSeconds(3600);
      }
    }
    var found = new ArrayList<TimedRecord>();
    while (true) {
      long last = found.isEmpty() ? 0 : found.getLast().number();
      List<TimedRecord> page = records.after(STREAM, last, 1 + random.nextInt(50));
      if (page.isEmpty()) {
        break;
      }
      found.addAll(page);
    }
    assertThat(texts(found)).as("seed %d", seed).isEqualTo(added);
    for (int i = 0; i < 200; i++) {
      int from = random.nextInt(found.size());
      assertThat(texts(records.after(STREAM, found.get(from).number(), 3)))
          .as("seed %d", seed)
          .isEqualTo(added.subList(from + 1, Math.min(added.size(), from + 4)));
    }
  }

  @Test
  void aPlaceIsFoundInALargeFileWithTornLines() throws IOException {
    Records records = open();
    List<TimedRecord> many =
        IntStream.range(0, 5000).mapToObj(i -> record(i, "r".repeat(100) + i)).toList();
    records.add(STREAM, many.subList(0, 2500));
    Path file = folder.resolve(STREAM.toString()).resolve("0.ndjson");
    Files.writeString(file, "{\"number\":99,\"timeNs\":1", StandardOpenOption.APPEND);
    records.add(STREAM, many.subList(2500, 5000));
    List<TimedRecord> all = records.after(STREAM, 0, 10_000);
    assertThat(all).hasSize(5000);
    for (int i : new int[] {0, 1, 777, 2498, 2499, 2500, 4997, 4998, 4999}) {
      assertThat(records.after(STREAM, all.get(i).number(), 1))
          .isEqualTo(i == 4999 ? List.of() : List.of(all.get(i + 1)));
    }
  }

  @Test
  void whatMeetsARangeIsFoundWhileMoreComesAndSomeIsForgotten() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var all = new ArrayList<TimedRecord>();
    Records records = open();
    for (int round = 0; round < 30; round++) {
      var together = new ArrayList<TimedRecord>();
      for (int i = 0; i < 200; i++) {
        // About in order, as a detector sends them, some of them long.
        long timeNs = round * 1_000_000L + random.nextInt(2_000_000);
        int durationNs = random.nextInt(20) == 0 ? random.nextInt(5_000_000) : 0;
        together.add(
            new TimedRecord(0, timeNs, durationNs, "note", record(0, "x".repeat(60)).fields()));
      }
      records.add(STREAM, together);
      all.addAll(together);
      if (round % 10 == 9) {
        long fromNs = random.nextInt(30_000_000);
        var range = new TimeRange(fromNs, fromNs + 300_000);
        records.forget(STREAM, range);
        all.removeIf(each -> each.meets(range));
      }
      for (int i = 0; i < 10; i++) {
        long fromNs = random.nextInt(33_000_000);
        var range = new TimeRange(fromNs, fromNs + random.nextInt(2_000_000));
        assertThat(records.find(STREAM, RecordQuery.of(range, 100_000)))
            .as("seed %d", seed)
            .extracting(TimedRecord::timeNs)
            .containsExactlyElementsOf(
                all.stream()
                    .filter(each -> each.meets(range))
                    .map(TimedRecord::timeNs)
                    .sorted()
                    .toList());
      }
    }
  }

  @Test
  void whatLastsBeyondATimeIsFromItOn() {
    Records records = open();
    var lasting = new TimedRecord(0, DAY_NS - 10, 20, "note", record(0, "lasts").fields());
    records.add(STREAM, List.of(record(5, "before"), lasting, record(DAY_NS + 50, "after")));
    List<TimedRecord> all = records.after(STREAM, 0, 10);
    assertThat(records.firstFrom(STREAM, DAY_NS)).contains(all.get(1).number());
    assertThat(records.firstFrom(STREAM, DAY_NS + 10)).contains(all.get(2).number());
    assertThat(records.firstFrom(STREAM, DAY_NS + 60)).isEmpty();
  }

  @Test
  void followersAreToldOnceRecordsAreThereAndNumbersOutliveForgetting() {
    Records records = open();
    var seen = new ArrayList<Integer>();
    Records.Following following =
        records.follow(stream -> seen.add(records.after(stream, 0, 10).size()));
    records.add(STREAM, List.of(record(1, "a"), record(2, "b")));
    following.close();
    records.add(STREAM, List.of(record(3, "c")));
    assertThat(seen).containsExactly(2);
    long last = records.after(STREAM, 0, 10).getLast().number();
    records.forget(STREAM, new TimeRange(0, 10));
    assertThat(records.after(STREAM, 0, 10)).isEmpty();
    now = now.minusSeconds(10);
    records.add(STREAM, List.of(record(4, "d")));
    assertThat(records.after(STREAM, last, 10)).hasSize(1);
  }

  @Test
  void aFileThatRetentionTakesMeanwhileIsNoFailure() {
    Records records = open();
    records.add(STREAM, List.of(record(0, "old"), record(3 * DAY_NS, "new")));
    records.retain(STREAM, 2 * DAY_NS);
    assertThat(texts(records.after(STREAM, 0, 10))).containsExactly("new");
    records.delete(STREAM);
    assertThat(records.after(STREAM, 0, 10)).isEmpty();
    assertThat(folder.resolve(STREAM.toString())).doesNotExist();
  }

  @Test
  void theClockOfTheServerNumbersThem() {
    InstantSource clock = InstantSource.fixed(now);
    var records = new Records(folder, clock);
    records.add(STREAM, List.of(record(0, "a")));
    assertThat(records.after(STREAM, 0, 1).getFirst().number()).isEqualTo(clock.millis() * 1000);
  }
}
