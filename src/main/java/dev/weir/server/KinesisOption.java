// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.control.Durations;
import dev.weir.hooks.ImageStore;
import dev.weir.kinesis.video.Identity;
import dev.weir.kinesis.video.Quotas;
import dev.weir.model.InvalidArgument;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --kvs-...}: what clients of Kinesis Video Streams find. */
final class KinesisOption {

  private static final Duration SHORTEST_TRICKLE = Duration.ofSeconds(1);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--kvs-region",
      defaultValue = KinesisOptions.DEFAULT_REGION,
      paramLabel = "REGION",
      description =
          "Region that clients of Kinesis Video Streams are told (default: ${DEFAULT-VALUE}).")
  private String region;

  @Option(
      names = "--kvs-account",
      defaultValue = KinesisOptions.DEFAULT_ACCOUNT,
      paramLabel = "DIGITS",
      description =
          "Account that clients of Kinesis Video Streams are told (default: ${DEFAULT-VALUE}).")
  private String account;

  @Option(
      names = "--kvs-quotas",
      defaultValue = "generous",
      paramLabel = "generous|aws",
      description =
          "What clients of Kinesis Video Streams may: aws grants what Amazon's service does"
              + " (default: ${DEFAULT-VALUE}).")
  private String quotas;

  @Option(
      names = "--kvs-longest-session",
      defaultValue = "12h",
      paramLabel = "DURATION",
      description =
          "How long the address of a playback session of Kinesis Video Streams may be asked to"
              + " count (default: ${DEFAULT-VALUE}).")
  private String longestSession;

  @Option(
      names = "--kvs-longest-push",
      defaultValue = "",
      paramLabel = "DURATION",
      description =
          "How long a PutMedia may last; 0 as long as it likes (default: 0; with --kvs-quotas aws"
              + " 45m).")
  private String longestPush;

  @Option(
      names = "--kvs-longest-trickle",
      defaultValue = "30s",
      paramLabel = "DURATION",
      description =
          "A PutMedia that brings fewer than 512 bytes in so long is ended (default:"
              + " ${DEFAULT-VALUE}).")
  private String longestTrickle;

  @Option(
      names = "--kvs-images",
      defaultValue = "",
      paramLabel = "FOLDER|URL",
      description = {
        "Where pictures go that clients of Kinesis Video Streams have streams generate: a folder,"
            + " or the",
        "address of a store like S3, for which AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the",
        "environment hold the key. Without it none are generated."
      })
  private String images;

  /**
   * @throws ParameterException when a value is not of its form
   */
  KinesisOptions options() {
    Quotas granted =
        grants()
            .withSession(atLeast(Quotas.SHORTEST_SESSION, "--kvs-longest-session", longestSession))
            .withTrickle(atLeast(SHORTEST_TRICKLE, "--kvs-longest-trickle", longestTrickle));
    return new KinesisOptions(
        identity(),
        longestPush.isEmpty()
            ? granted
            : granted.withConnection(atLeast(Duration.ZERO, "--kvs-longest-push", longestPush)),
        store());
  }

  private ImageStore store() {
    if (images.isEmpty()) {
      return new ImageStore.None();
    }
    if (!images.matches("[a-z0-9]+://.*")) {
      return new ImageStore.Folder(Path.of(images));
    }
    if (!images.matches("https?://[^/?#@]+(/[^?#]*)?")) {
      throw new ParameterException(
          spec.commandLine(),
          "--kvs-images wants a folder, or an address as https://s3.example, found " + images);
    }
    return new ImageStore.Bucket(
        URI.create(images.replaceFirst("/+$", "")),
        region,
        System.getenv().getOrDefault("AWS_ACCESS_KEY_ID", ""),
        System.getenv().getOrDefault("AWS_SECRET_ACCESS_KEY", ""));
  }

  private Identity identity() {
    if (!region.matches("[a-z0-9-]+") || !account.matches("[0-9]{12}")) {
      throw new ParameterException(
          spec.commandLine(),
          "--kvs-region wants a region as eu-central-1 and --kvs-account twelve digits, found "
              + region
              + " and "
              + account);
    }
    return new Identity(region, account);
  }

  private Duration atLeast(Duration least, String name, String text) {
    try {
      Duration duration = Durations.parse(name, text);
      if (duration.compareTo(least) >= 0) {
        return duration;
      }
    } catch (InvalidArgument e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    throw new ParameterException(
        spec.commandLine(), name + " wants " + Durations.format(least) + " or more, found " + text);
  }

  private Quotas grants() {
    return switch (quotas) {
      case "generous" -> Quotas.GENEROUS;
      case "aws" -> Quotas.AWS;
      default ->
          throw new ParameterException(
              spec.commandLine(), "--kvs-quotas wants generous or aws, found " + quotas);
    };
  }
}
