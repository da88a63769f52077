// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** A bucket that pictures are put into, as S3 has it. */
final class BucketDestination implements Destination {

  private final ImageStore.Bucket store;
  private final String bucket;
  private final Function<Delivery, ObjectKey> keys;
  private final Outgoing outgoing;
  private final InstantSource clock;

  BucketDestination(
      ImageStore.Bucket store,
      String bucket,
      Function<Delivery, ObjectKey> keys,
      Outgoing outgoing,
      InstantSource clock) {
    this.store = store;
    this.bucket = bucket;
    this.keys = keys;
    this.outgoing = outgoing;
    this.clock = clock;
  }

  @Override
  public Outcome send(Delivery delivery) {
    ObjectKey key = keys.apply(delivery);
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", delivery.contentType());
    key.metadata().forEach((name, value) -> headers.put("x-amz-meta-" + name, value));
    try {
      var url = URI.create(store.url() + "/" + encoded(bucket) + "/" + encoded(key.text()));
      Map<String, String> signed =
          store.keyId().isEmpty()
              ? headers
              : new PutSignature(store).sign(url, headers, delivery.body(), clock.instant());
      int status = outgoing.send("PUT", url, signed, delivery.body());
      boolean arrived = status / 100 == 2;
      return new Outcome(arrived, !arrived && !Attempts.mayPass(status), Integer.toString(status));
    } catch (IOException | IllegalArgumentException e) {
      return new Outcome(false, false, String.valueOf(e.getMessage()));
    }
  }

  /** As signatures want paths: all but unreserved letters (RFC 3986 § 2.3) and slashes. */
  static String encoded(String path) {
    var out = new StringBuilder();
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      char letter = (char) (each & 0xff);
      boolean plain =
          letter < 0x80 && (Character.isLetterOrDigit(letter) || "-._~/".indexOf(letter) >= 0);
      out.append(plain ? String.valueOf(letter) : "%%%02X".formatted(each & 0xff));
    }
    return out.toString();
  }
}
