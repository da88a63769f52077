// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.hooks.Signature;
import dev.weir.testing.Eventually;
import dev.weir.testing.HookReceiver;
import dev.weir.testing.HookReceiver.Delivery;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What a receiver gets, whatever it does. */
final class HooksIT extends HookDeliveries {

  private static JsonNode json(Delivery delivery) {
    try {
      return new ObjectMapper().readTree(delivery.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int counter(Delivery delivery) {
    try {
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(delivery.body()));
      int number = 0;
      for (int bit = 0; bit < 16; bit++) {
        number = number << 1 | ((picture.getRGB(bit * 16 + 8, 8) & 0xff) > 127 ? 1 : 0);
      }
      return number;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> post(String path) {
    return weir.send(
        HttpRequest.newBuilder(URI.create(weir.url(path)))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  @Test
  void picturesComeInOrderWithTheirTimesNumberedAndSigned() {
    hook("eye", "\"streams\":\"cam-*\",\"on\":\"frame\",\"every\":\"1s\",\"secret\":\"s3cret\"");
    push("cam-1", 0);
    push("other", 0);
    List<Delivery> found = awaitDeliveries(8);
    // At each whole second the picture that is shown then: the first stands from 21 ms on.
    assertThat(found.stream().map(HooksIT::counter))
        .containsExactly(24, 49, 74, 99, 124, 149, 174, 199);
    assertThat(found.stream().map(Delivery::sequence))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    for (Delivery each : found) {
      assertThat(each.header("Content-Type")).isEqualTo("image/jpeg");
      assertThat(each.header("Weir-Hook")).isEqualTo("eye");
      assertThat(each.header("Weir-Stream")).isEqualTo("cam-1");
      assertThat(each.header("Weir-Fragment")).hasSize(47);
      String signature = each.header(Signature.HEADER);
      assertThat(Signature.isRight("s3cret", signature, each.headers(), each.body())).isTrue();
      assertThat(Signature.isRight("wrong", signature, each.headers(), each.body())).isFalse();
      each.body()[100] ^= 1;
      assertThat(Signature.isRight("s3cret", signature, each.headers(), each.body())).isFalse();
    }
    assertThat(found.getFirst().header("Weir-Time")).isEqualTo("2026-01-01T00:00:00.981Z");
  }

  @Test
  void fragmentsGapsStartAndEndAreTold() {
    for (String on : List.of("fragment", "gap", "start", "end")) {
      hook(on, "\"streams\":\"cam\",\"on\":\"" + on + "\"");
    }
    push("cam", 0);
    push("cam", 20);
    Eventually.holds(
        "end",
        () -> receiver.taken().stream().anyMatch(each -> each.header("Weir-Event").equals("end")));
    List<Delivery> found = awaitDeliveries(11);
    assertThat(found.stream().filter(each -> each.header("Weir-Hook").equals("fragment")))
        .hasSize(8)
        .allSatisfy(each -> assertThat(json(each).path("durationMs").asLong()).isPositive());
    assertThat(found.stream().filter(each -> each.header("Weir-Hook").equals("gap")))
        .singleElement()
        .satisfies(each -> {
          assertThat(json(each).path("from").asText()).isEqualTo("2026-01-01T00:00:08.021Z");
          assertThat(json(each).path("to").asText()).isEqualTo("2026-01-01T00:00:20.021Z");
          assertThat(json(each).path("reason").asText()).isEqualTo("source");
        });
    assertThat(found.stream().filter(each -> each.header("Weir-Hook").equals("start"))).hasSize(1);
    assertThat(found.stream().filter(each -> each.header("Weir-Hook").equals("end"))).hasSize(1);
  }

  @Test
  void aReceiverThatFailsIsAskedAgainAndMissesNothing() {
    var asked = new AtomicInteger();
    receiver.behave(delivery ->
        switch (asked.incrementAndGet() % 4) {
          case 0 -> 200;
          case 1 -> 500;
          case 2 -> HookReceiver.HANG_UP;
          default -> 302;
        });
    hook("eye", "\"streams\":\"cam\",\"on\":\"fragment\"");
    push("cam", 0);
    assertThat(awaitDeliveries(4).stream().map(Delivery::sequence)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(weir.json("/v1/hooks/eye/deliveries").path("items").findValuesAsText("outcome"))
        .contains("500", "302", "closed without an answer", "200");
  }

  @Test
  void aReceiverThatHangsSlowsNeitherIngestNorAnotherHook() throws InterruptedException {
    var never = new CountDownLatch(1);
    try (var hanging = new HookReceiver()) {
      hanging.behave(delivery -> {
        try {
          never.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return 500;
      });
      String body =
          "{\"url\":\"%s\",\"streams\":\"*\",\"on\":\"frame\",\"every\":\"1s\"}"
              .formatted(hanging.url());
      for (int i = 0; i < 20; i++) {
        assertThat(weir.put("/v1/hooks/stuck-" + i, body).statusCode()).isEqualTo(201);
      }
      hook("eye", "\"streams\":\"cam\",\"on\":\"fragment\"");
      push("cam", 0);
      awaitDeliveries(4);
    } finally {
      never.countDown();
    }
  }

  @Test
  void whatIsRefusedIsALetterThatCanBeSentAgain() {
    receiver.behave(delivery -> delivery.sequence() == 2 ? 400 : 200);
    hook("eye", "\"streams\":\"cam\",\"on\":\"fragment\"");
    push("cam", 0);
    assertThat(awaitDeliveries(3).stream().map(Delivery::sequence)).containsExactly(1L, 3L, 4L);
    JsonNode letter = weir.json("/v1/hooks/eye/deliveries").path("dead").get(0);
    assertThat(letter.path("sequence").asLong()).isEqualTo(2);
    assertThat(letter.path("reason").asText()).isEqualTo("400");
    assertThat(letter.path("attempts").asInt()).isEqualTo(3);
    receiver.behave(delivery -> 200);
    weir.stop();
    weir.start();
    assertThat(post("/v1/hooks/eye/replay?dead=true").body()).isEqualTo("{\"letters\":1}");
    List<Delivery> found = awaitDeliveries(4);
    assertThat(found.getLast().sequence()).isEqualTo(2);
    assertThat(found.getLast().header("Weir-Fragment")).isEqualTo(letter.path("fragment").asText());
    Eventually.holds(
        "no letters", () -> weir.json("/v1/hooks/eye/deliveries").path("dead").isEmpty());
  }

  @Test
  void thePastIsReplayedAndNumbersGoOn() {
    push("cam", 0);
    hook("eye", "\"streams\":\"cam\",\"on\":\"frame\",\"every\":\"2s\",\"width\":320");
    push("cam", 8);
    assertThat(awaitDeliveries(4)).hasSize(4);
    assertThat(post("/v1/hooks/eye/replay?from=2026-01-01T00:00:04.1Z").statusCode())
        .isEqualTo(202);
    List<Delivery> found = awaitDeliveries(10);
    assertThat(found.stream().map(Delivery::sequence))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
    assertThat(found.get(4).header("Weir-Time")).isEqualTo("2026-01-01T00:00:05.981Z");
    assertThat(found.getLast().header("Weir-Time")).isEqualTo("2026-01-01T00:00:15.981Z");
  }

  @Test
  void aHookGoesOnWhereItWasAfterARestartAndAChange() {
    hook("eye", "\"streams\":\"cam\",\"on\":\"fragment\"");
    push("cam", 0);
    awaitDeliveries(4);
    receiver.stop();
    push("cam", 8);
    weir.stop();
    weir.start();
    String changed =
        "{\"url\":\"%s\",\"streams\":\"c*\",\"on\":\"fragment\"}".formatted(receiver.url());
    assertThat(weir.put("/v1/hooks/eye", changed).statusCode()).isEqualTo(200);
    receiver.restart();
    List<Delivery> found = awaitDeliveries(8);
    assertThat(found.stream().map(Delivery::sequence))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 8).boxed().toList());
    assertThat(weir.delete("/v1/hooks/eye").statusCode()).isEqualTo(204);
    assertThat(weir.get("/v1/hooks/eye").statusCode()).isEqualTo(404);
    weir.stop();
    weir.start();
    assertThat(weir.json("/v1/hooks").path("items")).isEmpty();
  }

  private void record(String lines) {
    HttpResponse<String> answer =
        weir.send(
            HttpRequest.newBuilder(URI.create(weir.url("/v1/streams/cam/records")))
                .POST(HttpRequest.BodyPublishers.ofString(lines)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static List<String> labels(List<Delivery> deliveries) {
    return deliveries.stream().map(each -> json(each).at("/record/label").asText()).toList();
  }

  @Test
  void recordsAreToldInTheOrderInWhichTheyCame() {
    push("cam", 0);
    record(
        "{\"time\":\"2026-01-01T00:00:01Z\",\"type\":\"object\",\"label\":\"before the"
            + " hook\",\"score\":1}");
    hook(
        "seen",
        "\"streams\":\"cam\",\"on\":\"record\",\"type\":\"object\",\"where\":[\"score>=0.5\"]");
    record(
        """
        {"time":"2026-01-01T00:00:05Z","type":"object","label":"person","score":0.9}
        {"time":"2026-01-01T00:00:05Z","type":"object","label":"shadow","score":0.2}
        {"time":"2026-01-01T00:00:06Z","type":"door","score":1}
        {"time":"2026-01-03T00:00:02Z","type":"object","label":"dog","score":0.5}
        """);
    record(
        "{\"time\":\"2026-01-01T00:00:02Z\",\"type\":\"object\",\"label\":\"cat\",\"score\":0.7}");
    List<Delivery> found = awaitDeliveries(3);
    assertThat(labels(found)).containsExactly("person", "dog", "cat");
    assertThat(found.stream().map(Delivery::sequence)).containsExactly(1L, 2L, 3L);
    assertThat(found.getFirst().header("Weir-Event")).isEqualTo("record");
    assertThat(found.getFirst().header("Weir-Time")).isEqualTo("2026-01-01T00:00:05.000Z");
    JsonNode listed = weir.json("/v1/streams/cam/records?where=label=person").at("/items/0/id");
    assertThat(json(found.getFirst()).at("/record/id")).isEqualTo(listed);

    receiver.stop();
    record(
        "{\"time\":\"2026-01-01T00:00:07Z\",\"type\":\"object\",\"label\":\"fox\",\"score\":0.7}");
    weir.stop();
    weir.start();
    receiver.restart();
    assertThat(labels(awaitDeliveries(4))).last().isEqualTo("fox");
    assertThat(weir.json("/v1/hooks/seen").at("/where/0").asText()).isEqualTo("score>=0.5");

    assertThat(post("/v1/hooks/seen/replay?from=2026-01-01T00:00:03Z").body())
        .isEqualTo("{\"streams\":1}");
    found = awaitDeliveries(7);
    assertThat(labels(found.subList(4, 7))).containsExactly("person", "dog", "fox");
    assertThat(found.getLast().sequence()).isEqualTo(7);
    // The replay is over: what is noted of the time before it is news.
    record(
        "{\"time\":\"2025-12-31T00:00:00Z\",\"type\":\"object\",\"label\":\"hen\",\"score\":0.7}");
    assertThat(labels(awaitDeliveries(8))).last().isEqualTo("hen");
  }

  @Test
  void aRecordThatIsRefusedIsALetterThatCanBeSentAgain() {
    push("cam", 0);
    hook("seen", "\"streams\":\"cam\",\"on\":\"record\"");
    receiver.behave(delivery -> 400);
    record("{\"time\":\"2026-01-01T00:00:05Z\",\"type\":\"object\",\"label\":\"person\"}");
    Eventually.holds(
        "a letter", () -> !weir.json("/v1/hooks/seen/deliveries").path("dead").isEmpty());
    JsonNode letter = weir.json("/v1/hooks/seen/deliveries").at("/dead/0");
    assertThat(letter.path("record").asText())
        .isEqualTo(weir.json("/v1/streams/cam/records").at("/items/0/id").asText());
    receiver.behave(delivery -> 204);
    assertThat(post("/v1/hooks/seen/replay?dead=true").body()).isEqualTo("{\"letters\":1}");
    assertThat(labels(awaitDeliveries(1))).containsExactly("person");
  }

  @Test
  void anEndThatWasRefusedCanBeSentAgain() {
    hook("end", "\"streams\":\"cam\",\"on\":\"end\"");
    receiver.behave(delivery -> 410);
    push("cam", 0);
    Eventually.holds(
        "a letter", () -> !weir.json("/v1/hooks/end/deliveries").path("dead").isEmpty());
    receiver.behave(delivery -> 204);
    assertThat(post("/v1/hooks/end/replay?dead=true").body()).isEqualTo("{\"letters\":1}");
    assertThat(awaitDeliveries(1).getFirst().header("Weir-Time"))
        .isEqualTo("2026-01-01T00:00:08.021Z");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    String url = "\"url\":\"" + receiver.url() + "\"";
    for (String body :
        List.of(
            "{}",
            "{" + url + "}",
            "{" + url + ",\"streams\":\"*\",\"on\":\"rain\"}",
            "{" + url + ",\"streams\":\"a/b\",\"on\":\"frame\"}",
            "{" + url + ",\"streams\":\"*\",\"on\":\"frame\",\"every\":\"1ms\"}",
            "{" + url + ",\"streams\":\"*\",\"on\":\"frame\",\"every\":\"0\"}",
            "{" + url + ",\"streams\":\"*\",\"on\":\"frame\",\"every\":\"0s\"}",
            "{" + url + ",\"streams\":\"*\",\"on\":\"gap\"} {}",
            "{" + url + ",\"streams\":\"*\",\"on\":\"gap\",\"format\":\"image\"}",
            "{" + url + ",\"streams\":\"*\",\"on\":\"gap\",\"colour\":\"red\"}",
            "{" + url + ",\"streams\":\"*\",\"on\":\"record\",\"where\":\"label\"}",
            "{\"url\":\"ftp://example.org/\",\"streams\":\"*\",\"on\":\"gap\"}",
            "{\"url\":\"http://169.254.169.254/\",\"streams\":\"*\",\"on\":\"gap\"}",
            "{\"url\":\"http://127.0.0.2/\",\"streams\":\"*\",\"on\":\"gap\"}",
            "{\"url\":\"http://[::1]/\",\"streams\":\"*\",\"on\":\"gap\"}",
            "{\"url\":\"http://0x7f.1/\",\"streams\":\"*\",\"on\":\"gap\"}")) {
      assertThat(weir.put("/v1/hooks/x", body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(post("/v1/hooks/nobody/replay?from=0").statusCode()).isEqualTo(404);
    assertThat(weir.get("/v1/hooks/nobody/deliveries").statusCode()).isEqualTo(404);
  }
}
