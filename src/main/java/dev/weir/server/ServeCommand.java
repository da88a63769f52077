// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.hooks.AddressRules;
import dev.weir.http.ConnectionLimits;
import dev.weir.model.InvalidArgument;
import dev.weir.server.cli.ByteSize;
import dev.weir.server.cli.CommandFailed;
import dev.weir.store.DataFolders;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir serve}: runs the server until it is told to end. */
@Command(
    name = "serve",
    description = "Run the server.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir serve",
      "  weir serve --listen 127.0.0.1:9000 --data /srv/weir"
    })
final class ServeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      defaultValue = "127.0.0.1:8080",
      paramLabel = "HOST:PORT",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String listen;

  @Mixin private DataOption data;

  @Option(
      names = "--keep-free",
      defaultValue = "2GB",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "With less room than this on the disks, the oldest media that may go goes (default:"
              + " ${DEFAULT-VALUE}).")
  private long keepFreeBytes;

  @Option(
      names = "--reserve",
      defaultValue = "256MB",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "With less room than this on a disk, it takes no more media (default: ${DEFAULT-VALUE}).")
  private long reserveBytes;

  @Option(
      names = "--cache",
      defaultValue = "256MB",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "Room on the first disk for pictures that were made and kept (default:"
              + " ${DEFAULT-VALUE}).")
  private long cacheBytes;

  @Option(
      names = "--hooks-allow",
      split = ",",
      defaultValue = "",
      paramLabel = "CIDR",
      description =
          "Addresses that hooks may deliver to though they are not public, as 10.1.0.0/16; given"
              + " again or with commas.")
  private List<String> hooksAllow;

  @Option(
      names = "--insecure",
      description =
          "Listen on an address that is not loopback, without credentials and without TLS.")
  private boolean insecure;

  @Option(
      names = "--public-url",
      defaultValue = "",
      paramLabel = "URL",
      description = {
        "Address under which clients reach the server, for addresses handed to them.",
        "Without it, the one they used."
      })
  private String publicUrl;

  @Mixin private KinesisOption kinesis;

  @Override
  public Integer call() throws InterruptedException {
    InetSocketAddress address = address();
    if (!address.getAddress().isLoopbackAddress() && !insecure) {
      throw new CommandFailed(
          listen
              + " can be reached from other machines, and this version has neither credentials nor"
              + " TLS. Listen on 127.0.0.1 (and put a proxy with TLS in front), or say --insecure"
              + " if the network is trusted.");
    }
    WeirServer server = start(address);
    var stop = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  stop.countDown();
                },
                "weir-shutdown"));
    spec.commandLine()
        .getOut()
        .println(
            "weir listens on http://"
                + address.getHostString()
                + ":"
                + server.port()
                + "/, data in "
                + data.folders().stream()
                    .map(folder ->
                        folder.toAbsolutePath().normalize()
                            + DataFolders.identity(folder)
                                .map(identity -> " (identity " + identity + ")")
                                .orElse(""))
                    .collect(Collectors.joining(", ")));
    stop.await();
    return 0;
  }

  private WeirServer start(InetSocketAddress address) {
    try {
      return WeirServer.start(
          new ServerOptions(
              address,
              publicUrl(),
              new StorageOptions(
                  data.folders(),
                  keepFreeBytes,
                  reserveBytes,
                  StorageOptions.memoryShare(),
                  cacheBytes),
              ConnectionLimits.DEFAULT,
              hookRules(),
              kinesis.options()),
          InstantSource.system());
    } catch (IllegalStateException e) {
      String message = String.valueOf(e.getMessage());
      throw new CommandFailed(
          message.contains("Address already in use")
              ? "another program listens on "
                  + listen
                  + "; --listen takes another port: --listen 127.0.0.1:9000"
              : message,
          e);
    }
  }

  private AddressRules hookRules() {
    try {
      return AddressRules.allowing(hooksAllow.stream().filter(each -> !each.isEmpty()).toList());
    } catch (InvalidArgument e) {
      throw new ParameterException(
          spec.commandLine(), "--hooks-allow wants CIDR as 10.0.0.0/8, found " + e.actual());
    }
  }

  private Optional<String> publicUrl() {
    if (publicUrl.isEmpty()) {
      return Optional.empty();
    }
    if (!publicUrl.matches("https?://[^/?#]+(/[^?#]*)?")) {
      throw new ParameterException(
          spec.commandLine(),
          "--public-url wants an address as https://video.example, found " + publicUrl);
    }
    return Optional.of(publicUrl.replaceFirst("/+$", ""));
  }

  private InetSocketAddress address() {
    int colon = listen.lastIndexOf(':');
    try {
      String host = listen.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
      int port = Integer.parseInt(listen.substring(colon + 1));
      var address = new InetSocketAddress(host.isEmpty() ? "127.0.0.1" : host, port);
      if (address.isUnresolved()) {
        throw new ParameterException(spec.commandLine(), "unknown host in --listen: " + listen);
      }
      return address;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--listen wants HOST:PORT, found " + listen);
    }
  }
}
