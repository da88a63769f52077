// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.hooks.Signature;
import dev.weir.server.cli.CommandFailed;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir hooks}: who is told of what, and a receiver to try it with. */
@Command(
    name = "hooks",
    description = {
      "List the hooks of a server. With listen, receive what a hook sends and print it, for trying out: the",
      "server must have been started with --hooks-allow 127.0.0.1 to deliver to it."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir hooks",
      "  weir hooks listen --port 9000 --secret s3cret --save pictures"
    })
public final class HooksCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "listen", description = "Nothing, or listen.")
  private String what = "";

  @Option(
      names = "--port",
      defaultValue = "9000",
      paramLabel = "PORT",
      description =
          "Port to listen on, on loopback; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--secret",
      defaultValue = "",
      paramLabel = "SECRET",
      description = "Say of each delivery whether its signature is right.")
  private String secret;

  @Option(
      names = "--save",
      defaultValue = "",
      paramLabel = "FOLDER",
      description = "Write each body into a file there.")
  private String save;

  @Option(
      names = "--count",
      defaultValue = "0",
      paramLabel = "NUMBER",
      description = "End after so many deliveries (default: never).")
  private long count;

  @Mixin private ServerOption server;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (what.equals("listen")) {
      listen();
    } else if (what.isEmpty()) {
      list();
    } else {
      throw new CommandFailed("hooks knows listen, not " + what);
    }
    return 0;
  }

  private void list() {
    PrintWriter out = spec.commandLine().getOut();
    var table = new Table("HOOK", "STREAMS", "ON", "URL");
    try (Server asked = server.open()) {
      String cursor = "";
      do {
        JsonNode page = asked.json("/v1/hooks" + Server.query("cursor", cursor));
        for (JsonNode each : page.path("items")) {
          if (json) {
            out.println(each);
          }
          table.row(
              each.path("id").asText(),
              each.path("streams").asText(),
              each.path("on").asText(),
              each.path("url").asText());
        }
        cursor = page.path("cursor").asText("");
      } while (!cursor.isEmpty());
    }
    if (!json) {
      table.print(out);
    }
  }

  private void listen() throws IOException, InterruptedException {
    var done = new CountDownLatch(1);
    HttpServer receiver;
    try {
      receiver =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new CommandFailed("can't listen on port " + port + ": " + e.getMessage(), e);
    }
    var one = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    var receiving = new Receiving(done);
    receiver.createContext("/", receiving::take);
    receiver.setExecutor(one);
    receiver.start();
    say("listens on http://127.0.0.1:" + receiver.getAddress().getPort() + "/");
    try {
      done.await();
    } finally {
      receiver.stop(0);
      one.shutdown();
    }
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  /** Takes deliveries, one at a time. */
  private final class Receiving {

    private final CountDownLatch done;
    private long taken;

    Receiving(CountDownLatch done) {
      this.done = done;
    }

    void take(HttpExchange exchange) throws IOException {
      try (exchange) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        exchange
            .getRequestHeaders()
            .forEach((name, values) -> headers.put(name, values.getFirst()));
        print(headers, body);
        exchange.sendResponseHeaders(204, -1);
      }
      if (++taken == count) {
        done.countDown();
      }
    }

    private void print(Map<String, String> headers, byte[] body) throws IOException {
      String type = headers.getOrDefault("Content-Type", "");
      String stream = headers.getOrDefault("Weir-Stream", "");
      String sequence = headers.getOrDefault("Weir-Sequence", "");
      String signature =
          secret.isEmpty()
              ? ""
              : Signature.isRight(secret, headers.getOrDefault(Signature.HEADER, ""), headers, body)
                  ? "right"
                  : "wrong";
      String file = "";
      if (!save.isEmpty()) {
        String end =
            type.equals("image/jpeg") ? ".jpg" : type.equals("image/png") ? ".png" : ".json";
        Path folder = Files.createDirectories(Path.of(save));
        String name = (stream + "-" + sequence).replaceAll("[^a-zA-Z0-9_.-]", "_");
        file = Files.write(folder.resolve(name + end), body).toString();
      }
      if (json) {
        var object = Json.object();
        for (String each : List.of("hook", "stream", "event", "time", "fragment", "sequence")) {
          object.put(each, headers.getOrDefault("Weir-" + each, ""));
        }
        say(
            object
                .put("bytes", body.length)
                .put("signature", signature)
                .put("file", file)
                .toString());
      } else {
        say(
            String.join(
                    " ",
                    headers.getOrDefault("Weir-Time", ""),
                    stream,
                    headers.getOrDefault("Weir-Event", ""),
                    "#" + sequence,
                    type,
                    body.length + " bytes",
                    signature.isEmpty() ? "" : "signature " + signature,
                    file)
                .strip());
      }
    }
  }
}
