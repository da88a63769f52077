// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.control.Stream;
import dev.weir.control.StreamSettings;
import dev.weir.model.Durability;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stream as this API sees it: what it keeps beside the settings lies in attributes. Immutable.
 */
record VideoStream(Stream stream) {

  /** What is kept for ever is said to be kept as long as can be said. */
  static final long MOST_HOURS = 87_600;

  private static final String DEVICE_NAME = "kinesis.deviceName";
  private static final String KMS_KEY_ID = "kinesis.kmsKeyId";
  private static final String STORAGE_TIER = "kinesis.storageTier";
  private static final String CHANGES = "kinesis.changes";
  static final String IMAGE_GENERATION = "kinesis.imageGeneration";
  static final String NOTIFICATION = "kinesis.notification";

  private static final int VERSION_LENGTH = 20;

  static Map<String, String> attributes(
      Optional<String> deviceName, Optional<String> kmsKeyId, Optional<String> storageTier) {
    var attributes = new HashMap<String, String>();
    deviceName.ifPresent(value -> attributes.put(DEVICE_NAME, value));
    kmsKeyId.ifPresent(value -> attributes.put(KMS_KEY_ID, value));
    storageTier.ifPresent(value -> attributes.put(STORAGE_TIER, value));
    return attributes;
  }

  /**
   * Settings that keep media for so many hours.
   *
   * @param hours 0 keeps it in memory, for some minutes, as the API has it
   */
  static StreamSettings keeping(StreamSettings settings, long hours) {
    return new StreamSettings(
        Duration.ofHours(hours),
        settings.maxBytes(),
        settings.mediaType(),
        settings.tags(),
        settings.description(),
        durability(settings.durability(), hours),
        settings.priority(),
        settings.thinAfter(),
        settings.targetDuration(),
        settings.producerClockOffset());
  }

  private static Durability durability(Durability known, long hours) {
    if (hours == 0) {
      return Durability.MEMORY;
    }
    return known == Durability.MEMORY ? Durability.FSYNC : known;
  }

  static StreamSettings withMediaType(StreamSettings settings, String mediaType) {
    return new StreamSettings(
        settings.retention(),
        settings.maxBytes(),
        mediaType,
        settings.tags(),
        settings.description(),
        settings.durability(),
        settings.priority(),
        settings.thinAfter(),
        settings.targetDuration(),
        settings.producerClockOffset());
  }

  static StreamSettings withTags(StreamSettings settings, Map<String, String> tags) {
    return new StreamSettings(
        settings.retention(),
        settings.maxBytes(),
        settings.mediaType(),
        tags,
        settings.description(),
        settings.durability(),
        settings.priority(),
        settings.thinAfter(),
        settings.targetDuration(),
        settings.producerClockOffset());
  }

  Optional<String> deviceName() {
    return attribute(DEVICE_NAME);
  }

  Optional<String> kmsKeyId() {
    return attribute(KMS_KEY_ID);
  }

  String storageTier() {
    return attribute(STORAGE_TIER).orElse("HOT");
  }

  Optional<String> attribute(String name) {
    return Optional.ofNullable(stream.attributes().get(name));
  }

  /** For how many hours media is kept, rounded up. */
  long retentionHours() {
    StreamSettings settings = stream.settings();
    if (settings.durability() == Durability.MEMORY) {
      return 0;
    }
    if (settings.retention().isZero()) {
      return MOST_HOURS;
    }
    long hours = settings.retention().plusHours(1).minusNanos(1).toHours();
    return Math.min(hours, MOST_HOURS);
  }

  /** Another one after each change of what {@link #retentionHours} and its like say. */
  String version() {
    StreamSettings settings = stream.settings();
    String told =
        String.join(
            "\n",
            List.of(
                stream.id().toString(),
                attribute(CHANGES).orElse("0"),
                String.valueOf(retentionHours()),
                settings.mediaType(),
                deviceName().orElse(""),
                storageTier()));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(told.getBytes(StandardCharsets.UTF_8));
      String letters = new BigInteger(1, hash).toString(Character.MAX_RADIX);
      return letters.substring(letters.length() - VERSION_LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  Stream withDeviceName(String name) {
    return with(DEVICE_NAME, Optional.of(name));
  }

  Stream withStorageTier(String tier) {
    return with(STORAGE_TIER, Optional.of(tier));
  }

  Stream with(String attribute, Optional<String> value) {
    var changed = new HashMap<>(stream.attributes());
    value.ifPresentOrElse(each -> changed.put(attribute, each), () -> changed.remove(attribute));
    return stream.with(changed);
  }

  /** So that its version is another one. */
  Stream changed() {
    long changes = Long.parseLong(attribute(CHANGES).orElse("0"));
    return with(CHANGES, Optional.of(Long.toString(changes + 1)));
  }
}
