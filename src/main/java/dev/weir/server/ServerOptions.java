// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.hooks.AddressRules;
import dev.weir.http.ConnectionLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a server is started. Immutable.
 *
 * @param listen where; port 0 takes a free one
 * @param publicUrl under which clients reach the server, without a slash at its end; what they
 *     reached it under when empty
 * @param hookRules where hooks may deliver to
 */
public record ServerOptions(
    InetSocketAddress listen,
    Optional<String> publicUrl,
    StorageOptions storage,
    ConnectionLimits connections,
    AddressRules hookRules,
    KinesisOptions kinesis) {

  /** One folder, everything else at its default. */
  public static ServerOptions of(InetSocketAddress listen, Path data) {
    return of(listen, StorageOptions.of(data));
  }

  /** Everything that is not named at its default. */
  public static ServerOptions of(InetSocketAddress listen, StorageOptions storage) {
    return new ServerOptions(
        listen,
        Optional.empty(),
        storage,
        ConnectionLimits.DEFAULT,
        AddressRules.PUBLIC,
        KinesisOptions.DEFAULT);
  }

  /** The same, reached under this address. */
  public ServerOptions reachedUnder(String url) {
    return new ServerOptions(listen, Optional.of(url), storage, connections, hookRules, kinesis);
  }

  /** The same with other limits for connections. */
  public ServerOptions with(ConnectionLimits limits) {
    return new ServerOptions(listen, publicUrl, storage, limits, hookRules, kinesis);
  }

  /** The same with other addresses that hooks may deliver to. */
  public ServerOptions with(AddressRules rules) {
    return new ServerOptions(listen, publicUrl, storage, connections, rules, kinesis);
  }

  /** The same for other clients of Kinesis Video Streams. */
  public ServerOptions with(KinesisOptions clients) {
    return new ServerOptions(listen, publicUrl, storage, connections, hookRules, clients);
  }
}
