// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.hooks.AddressRules;
import dev.weir.hooks.ImageStore;
import dev.weir.http.ConnectionLimits;
import dev.weir.kinesis.video.Identity;
import dev.weir.kinesis.video.Quotas;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a server is started. Immutable.
 *
 * @param listen where; port 0 takes a free one
 * @param data data folders, at least one: a disk each
 * @param keepFreeBytes with less room than this on the disks, retention makes room
 * @param reserveBytes with less room than this on a disk, it takes no more media
 * @param cacheBytes what pictures that were made and kept may have on the first disk
 * @param memoryBytes what streams that are kept in memory may have together
 * @param hookRules where hooks may deliver to
 * @param images where pictures go that clients of Kinesis Video Streams have streams generate
 * @param publicUrl under which clients reach the server, without a slash at its end; what they
 *     reached it under when empty
 * @param identity where clients of Kinesis Video Streams are told that streams are
 * @param quotas what those clients may
 */
public record ServerOptions(
    InetSocketAddress listen,
    List<Path> data,
    long keepFreeBytes,
    long reserveBytes,
    long memoryBytes,
    long cacheBytes,
    ConnectionLimits connections,
    AddressRules hookRules,
    ImageStore images,
    Optional<String> publicUrl,
    Identity identity,
    Quotas quotas) {

  private static final long KEEP_FREE_BYTES = 2_000_000_000;
  private static final long RESERVE_BYTES = 256_000_000;
  private static final long CACHE_BYTES = 256_000_000;
  static final String DEFAULT_REGION = "us-east-1";
  static final String DEFAULT_ACCOUNT = "000000000000";

  public ServerOptions {
    data = List.copyOf(data);
  }

  /** Everything that is not named at its default. */
  public ServerOptions(
      InetSocketAddress listen,
      List<Path> data,
      long keepFreeBytes,
      long reserveBytes,
      long memoryBytes,
      long cacheBytes,
      ConnectionLimits connections) {
    this(
        listen,
        data,
        keepFreeBytes,
        reserveBytes,
        memoryBytes,
        cacheBytes,
        connections,
        AddressRules.PUBLIC,
        new ImageStore.None(),
        Optional.empty(),
        new Identity(DEFAULT_REGION, DEFAULT_ACCOUNT),
        Quotas.GENEROUS);
  }

  /** One folder, everything else at its default. */
  public static ServerOptions of(InetSocketAddress listen, Path data) {
    return new ServerOptions(
        listen,
        List.of(data),
        KEEP_FREE_BYTES,
        RESERVE_BYTES,
        Runtime.getRuntime().maxMemory() / 4,
        CACHE_BYTES,
        ConnectionLimits.DEFAULT);
  }

  /** The same with other limits for connections. */
  public ServerOptions with(ConnectionLimits limits) {
    return with(limits, hookRules, images, publicUrl, quotas);
  }

  /** The same with other addresses that hooks may deliver to. */
  public ServerOptions with(AddressRules rules) {
    return with(connections, rules, images, publicUrl, quotas);
  }

  /** The same with another place for pictures that are generated. */
  public ServerOptions with(ImageStore place) {
    return with(connections, hookRules, place, publicUrl, quotas);
  }

  /** The same, reached under this address. */
  public ServerOptions reachedUnder(String url) {
    return with(connections, hookRules, images, Optional.of(url), quotas);
  }

  /** The same, with clients of Kinesis Video Streams that may so much. */
  public ServerOptions with(Quotas granted) {
    return with(connections, hookRules, images, publicUrl, granted);
  }

  private ServerOptions with(
      ConnectionLimits limits,
      AddressRules rules,
      ImageStore place,
      Optional<String> url,
      Quotas granted) {
    return new ServerOptions(
        listen,
        data,
        keepFreeBytes,
        reserveBytes,
        memoryBytes,
        cacheBytes,
        limits,
        rules,
        place,
        url,
        identity,
        granted);
  }
}
