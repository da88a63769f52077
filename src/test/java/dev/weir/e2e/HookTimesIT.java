// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.hooks.AddressRules;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.model.Bytes;
import dev.weir.server.ServerOptions;
import dev.weir.testing.Eventually;
import dev.weir.testing.HookReceiver;
import dev.weir.testing.HookReceiver.Delivery;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hooks tell of media that comes late, not at all, or faster than the receiver takes it. */
final class HookTimesIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;
  private final AtomicReference<Duration> clockAhead = new AtomicReference<>(Duration.ZERO);
  private RunningWeir weir;
  private HookReceiver receiver;

  @BeforeEach
  void start() {
    weir =
        new RunningWeir(
            ServerOptions.of(RunningWeir.ANY_PORT, folder)
                .with(AddressRules.allowing(List.of("127.0.0.1"))),
            () -> Instant.now().plus(clockAhead.get()));
    receiver = new HookReceiver();
  }

  @AfterEach
  void stop() {
    weir.close();
    receiver.close();
  }

  private void hook(String fields) {
    String body = "{\"url\":\"" + receiver.url() + "\",\"streams\":\"cam\"," + fields + "}";
    HttpResponse<String> answer = weir.put("/v1/hooks/eye", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private void push(long atSeconds) {
    HttpResponse<String> answer =
        weir.push("cam", SAMPLE, "?timecodes=relative&start=" + START.plusSeconds(atSeconds));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private List<Delivery> awaitDeliveries(int count) {
    Eventually.holds(count + " deliveries", () -> receiver.taken().size() >= count);
    return receiver.taken();
  }

  private WireClient open(byte[] file, int bytes) {
    var client = new WireClient(weir);
    client.sendHead(
        "POST /v1/streams/cam/media?timecodes=relative&start=" + START + " HTTP/1.1",
        "Host: weir",
        "Content-Length: " + file.length);
    return client.send(file, 0, bytes);
  }

  @Test
  void aFragmentThatIsTenMinutesOnItsWayIsToldOf() throws IOException {
    hook("\"on\":\"fragment\"");
    byte[] file = Files.readAllBytes(SAMPLE);
    try (WireClient slow = open(file, file.length / 8)) {
      Eventually.holds(
          "the slow push has begun",
          () -> weir.get("/v1/streams/cam").body().contains("live\":true"));
      push(100);
      awaitDeliveries(4);
      clockAhead.set(Duration.ofMinutes(10));
      push(200);
      awaitDeliveries(8);
      slow.send(file, file.length / 8, file.length);
      assertThat(slow.answer().status()).isEqualTo(200);
    }
    List<Delivery> found = awaitDeliveries(12);
    assertThat(found.stream().map(Delivery::sequence))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 12).boxed().toList());
    assertThat(found.stream().map(each -> each.header("Weir-Fragment"))).doesNotHaveDuplicates();
    assertThat(found.stream().map(each -> each.header("Weir-Time")))
        .contains("2026-01-01T00:00:00.021Z");
  }

  @Test
  void silenceIsToldOnceUntilMediaComesAgain() throws IOException {
    hook("\"on\":\"silent\",\"after\":\"1s\"");
    byte[] file = Files.readAllBytes(SAMPLE);
    try (WireClient camera = open(file, file.length / 2)) {
      Delivery first = awaitDeliveries(1).getFirst();
      assertThat(first.header("Weir-Event")).isEqualTo("silent");
      assertThat(new String(first.body(), StandardCharsets.UTF_8))
          .contains("\"event\":\"silent\"", "\"time\":\"2026-01-01T00:00:0");
      camera.send(file, file.length / 2, file.length / 5 * 4);
      List<Delivery> found = awaitDeliveries(2);
      assertThat(found.getLast().header("Weir-Time"))
          .isGreaterThan(found.getFirst().header("Weir-Time"));
      camera.send(file, file.length / 5 * 4, file.length);
      assertThat(camera.answer().status()).isEqualTo(200);
    }
    // It has ended, which is no silence.
    hookSees("end");
    assertThat(receiver.taken().stream().map(each -> each.header("Weir-Event")))
        .filteredOn(each -> each.equals("silent"))
        .hasSize(2);
  }

  private void hookSees(String event) {
    String body =
        "{\"url\":\"%s\",\"streams\":\"cam\",\"on\":\"%s\"}".formatted(receiver.url(), event);
    assertThat(weir.put("/v1/hooks/" + event, body).statusCode()).isEqualTo(201);
    push(50);
    Eventually.holds(
        event,
        () -> receiver.taken().stream().anyMatch(each -> each.header("Weir-Event").equals(event)));
  }

  @Test
  void whatCannotBeDecodedHoldsUpNothing() {
    hook("\"on\":\"frame\",\"every\":\"500ms\",\"width\":160");
    Source source = Source.of(SAMPLE);
    var media = new ProducerMatroska().header(source.tracks());
    for (int i = 0; i < source.groups().size(); i++) {
      List<Frame> group = source.groups().get(i);
      media.cluster(i == 1 ? group.stream().map(HookTimesIT::garbled).toList() : group);
    }
    assertThat(weir.push("cam", media.bytes()).statusCode()).isEqualTo(200);
    awaitDeliveries(12);
    String second = weir.json("/v1/streams/cam/fragments").at("/items/1/number").asText();
    assertThat(receiver.taken().stream().map(each -> each.header("Weir-Fragment")).distinct())
        .hasSizeGreaterThanOrEqualTo(3)
        .doesNotContain(second);
  }

  /** As long as it was, and no picture. */
  private static Frame garbled(Frame frame) {
    if (frame.track() != 1) {
      return frame;
    }
    byte[] bytes = frame.data().toArray();
    Arrays.fill(bytes, 4, bytes.length, (byte) 0xff);
    return new Frame(frame.track(), frame.timeMs(), frame.key(), Bytes.copyOf(bytes));
  }

  @Test
  void whoWantsTheLatestAloneNeverGetsWhatWasBefore() {
    var slow = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    receiver.behave(delivery -> {
      asked.countDown();
      try {
        slow.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 204;
    });
    hook("\"on\":\"frame\",\"every\":\"100ms\",\"latest\":true,\"width\":160");
    push(0);
    Eventually.holds("it is asked", () -> asked.getCount() == 0);
    for (int i = 1; i <= 5; i++) {
      push(8L * i);
    }
    slow.countDown();
    List<Delivery> found = awaitDeliveries(2);
    // Of 480 pictures the one that was being sent, and the newest.
    assertThat(found.getFirst().header("Weir-Time")).isLessThan("2026-01-01T00:00:08.021Z");
    assertThat(found.get(1).header("Weir-Time"))
        .isBetween("2026-01-01T00:00:47.900Z", "2026-01-01T00:00:48.021Z");
    push(48);
    assertThat(awaitDeliveries(3).get(2).header("Weir-Time"))
        .isGreaterThan("2026-01-01T00:00:48.021Z");
    assertThat(weir.json("/v1/hooks/eye/deliveries").at("/streams/0/sequence").asInt())
        .isLessThan(8);
  }
}
