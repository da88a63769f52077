// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testing.Eventually;
import dev.weir.testing.HookReceiver;
import dev.weir.testing.HookReceiver.Delivery;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a receiver gets while it is slow, asks for the past, or the decoders die. */
final class HookTroubleIT extends HookDeliveries {

  private HttpResponse<String> post(String path) {
    return weir.send(
        HttpRequest.newBuilder(URI.create(weir.url(path)))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  @Test
  void decodersThatAreKilledCostNoPicture() {
    hook("eye", "\"streams\":\"cam\",\"on\":\"frame\",\"every\":\"200ms\",\"width\":320");
    push("cam", 0);
    List<String> times = times(awaitDeliveries(40));
    receiver.clear();
    receiver.behave(delivery -> {
      // Those at work, and then those that took their place.
      if (delivery.sequence() == 45 || delivery.sequence() == 60) {
        killDecoders();
      }
      return 204;
    });
    killDecoders();
    assertThat(post("/v1/hooks/eye/replay?from=2026-01-01T00:00:00Z").statusCode()).isEqualTo(202);
    List<Delivery> found = awaitDeliveries(40);
    assertThat(times(found)).isEqualTo(times);
    assertThat(found.stream().map(Delivery::sequence))
        .containsExactlyElementsOf(LongStream.rangeClosed(41, 80).boxed().toList());
  }

  private static List<String> times(List<Delivery> deliveries) {
    return deliveries.stream().map(each -> each.header("Weir-Time")).toList();
  }

  /** The processes that this one has begun for decoding. */
  private static void killDecoders() {
    ProcessHandle.current()
        .children()
        .filter(each -> each.info().command().orElse("").endsWith("java"))
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** Answers only once it may, and says what it was asked. */
  private static final class Slow implements ToIntFunction<Delivery> {

    final List<Delivery> asked = new CopyOnWriteArrayList<>();
    final CountDownLatch may = new CountDownLatch(1);
    private final int first;

    /**
     * @param first how the first is answered; all others are taken
     */
    Slow(int first) {
      this.first = first;
    }

    @Override
    public int applyAsInt(Delivery delivery) {
      boolean isFirst = asked.isEmpty();
      asked.add(delivery);
      try {
        may.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return isFirst ? first : 204;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 500, 400, HookReceiver.HANG_UP})
  void aReplayLeavesItsNumberToWhatIsUnderWay(int answer) {
    push("cam", 0);
    hook("eye", "\"streams\":\"cam\",\"on\":\"fragment\"");
    var slow = new Slow(answer);
    receiver.behave(slow);
    push("cam", 8);
    Eventually.holds("one under way", () -> slow.asked.size() == 1);
    assertThat(post("/v1/hooks/eye/replay?from=2026-01-01T00:00:00Z").statusCode()).isEqualTo(202);
    slow.may.countDown();
    int refused = answer == 204 ? 0 : 1;
    List<Delivery> taken = awaitDeliveries(9 - refused);
    assertThat(taken.stream().map(Delivery::sequence))
        .containsExactlyElementsOf(LongStream.rangeClosed(1 + refused, 9).boxed().toList());
    var meant = new HashMap<Long, String>();
    for (Delivery each : slow.asked) {
      String fragment = each.header("Weir-Fragment");
      assertThat(meant.merge(each.sequence(), fragment, (known, _) -> known)).isEqualTo(fragment);
    }
    JsonNode dead = weir.json("/v1/hooks/eye/deliveries").path("dead");
    assertThat(dead).hasSize(refused);
    if (refused == 1) {
      assertThat(dead.at("/0/sequence").asLong()).isEqualTo(1);
      assertThat(dead.at("/0/fragment").asText()).isEqualTo(meant.get(1L));
      assertThat(dead.at("/0/reason").asText()).contains("replay");
    }
  }

  @Test
  void whoWantsTheLatestIsGivenTheNewestPictureThatIsDue() {
    hook("eye", "\"streams\":\"cam\",\"on\":\"frame\",\"every\":\"5s\",\"latest\":true");
    var slow = new Slow(204);
    receiver.behave(slow);
    push("cam", 0);
    Eventually.holds("one under way", () -> slow.asked.size() == 1);
    // Of its four fragments the second has the picture of second 15, and no other has any.
    push("cam", 11);
    Eventually.holds(
        "all there", () -> weir.json("/v1/streams/cam/fragments").path("items").size() == 8);
    slow.may.countDown();
    assertThat(awaitDeliveries(2).stream().map(each -> each.header("Weir-Time")))
        .containsExactly("2026-01-01T00:00:04.981Z", "2026-01-01T00:00:14.981Z");
    push("cam", 29);
    Eventually.holds(
        "the last one that is due",
        () -> receiver.taken().getLast().header("Weir-Time").equals("2026-01-01T00:00:34.981Z"));
  }
}
