// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.control.Stream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** An address that deliveries are posted to. */
final class WebDestination implements Destination {

  private final Hook hook;
  private final Stream stream;
  private final Outgoing outgoing;
  private final InstantSource clock;

  WebDestination(Hook hook, Stream stream, Outgoing outgoing, InstantSource clock) {
    this.hook = hook;
    this.stream = stream;
    this.outgoing = outgoing;
    this.clock = clock;
  }

  @Override
  public Outcome send(Delivery delivery) {
    try {
      int status = outgoing.post(hook.url(), headers(delivery), delivery.body());
      boolean arrived = status / 100 == 2;
      return new Outcome(arrived, !arrived && !Attempts.mayPass(status), Integer.toString(status));
    } catch (IOException | IllegalArgumentException e) {
      String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new Outcome(false, false, what);
    }
  }

  private Map<String, String> headers(Delivery delivery) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", delivery.contentType());
    headers.put("Weir-Hook", hook.id());
    headers.put("Weir-Stream", stream.name().value());
    headers.put("Weir-Event", delivery.event().toString());
    headers.put("Weir-Time", Messages.time(delivery.timeNs()));
    if (delivery.event() != HookEvent.RECORD && !delivery.of().isEmpty()) {
      headers.put("Weir-Fragment", delivery.of());
    }
    headers.put("Weir-Sequence", Long.toString(delivery.sequence()));
    if (!hook.secret().isEmpty()) {
      headers.put(
          Signature.HEADER,
          Signature.of(hook.secret(), clock.millis() / 1000, headers, delivery.body().toArray()));
    }
    return headers;
  }
}
