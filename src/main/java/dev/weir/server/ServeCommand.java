// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.model.WeirException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--data",
      defaultValue = "weir-data",
      paramLabel = "FOLDER",
      description = "Data folder (default: ./${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--insecure",
      description =
          "Listen on an address that is not loopback, without credentials and without TLS.")
  private boolean insecure;

  @Override
  public Integer call() throws InterruptedException {
    InetSocketAddress address = address();
    if (!address.getAddress().isLoopbackAddress() && !insecure) {
      spec.commandLine()
          .getErr()
          .println(
              "weir: "
                  + listen
                  + " can be reached from other machines, and this version has neither credentials nor TLS. Listen on 127.0.0.1 (and put a"
                  + " proxy with TLS in front), or say --insecure if the network is trusted.");
      return 1;
    }
    WeirServer server;
    try {
      server = WeirServer.start(address, data, InstantSource.system());
    } catch (WeirException | IllegalStateException e) {
      spec.commandLine()
          .getErr()
          .println(
              "weir: "
                  + e.getMessage()
                  + (e instanceof IllegalStateException
                      ? " (--listen HOST:PORT takes another)"
                      : ""));
      return 1;
    }
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
                + data.toAbsolutePath().normalize());
    stop.await();
    return 0;
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
