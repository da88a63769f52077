// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import dev.weir.testing.Playlist;
import dev.weir.testing.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many clients fetch HLS segments with keep-alive: from Weir, which builds them out of its store,
 * and the same bytes as static files from nginx (sendfile). Load by wrk; rounds alternate.
 */
final class PlaybackBench {

  private static final Pattern TRANSFER = Pattern.compile("WEIR ([0-9]+) ([0-9]+) ([0-9]+)");

  private static final int STREAMS = 8;

  private final int clients;
  private final int rounds;

  PlaybackBench(int clients, int rounds) {
    this.clients = clients;
    this.rounds = rounds;
  }

  void run(Path folder) throws IOException, InterruptedException {
    Path media = BenchMedia.make(folder);
    try (var weir = MeasuredServer.weir(folder);
        var client = HttpClient.newHttpClient()) {
      for (int i = 0; i < STREAMS; i++) {
        var push =
            HttpRequest.newBuilder(URI.create(weir.url(stream(i) + "/media")))
                .POST(HttpRequest.BodyPublishers.ofFile(media))
                .build();
        client.send(push, HttpResponse.BodyHandlers.discarding());
      }
    }
    var figures = new Figures();
    // Started again, it has sealed files alone, as most of an archive is.
    try (var weir = MeasuredServer.weir(folder);
        var nginx = MeasuredServer.nginx(folder);
        var client = HttpClient.newHttpClient()) {
      List<String> paths = copySegments(weir, client, folder);
      Path script = script(folder, paths);
      for (int round = -2; round < rounds; round++) {
        for (MeasuredServer server : List.of(weir, nginx)) {
          measure(server, script, round, figures);
        }
      }
      System.out.println("playback: " + clients + " clients, " + paths.size() + " segments");
    }
    figures.print();
    figures.printRatio("MB/s, weir : nginx", "weir MB/s", "nginx MB/s");
    figures.printRatio("CPU, weir : nginx", "weir CPU s/GB", "nginx CPU s/GB");
  }

  private static String stream(int number) {
    return "/v1/streams/cam-" + number;
  }

  /** Gives nginx the same files; their paths. */
  private static List<String> copySegments(MeasuredServer weir, HttpClient client, Path folder)
      throws IOException, InterruptedException {
    var paths = new ArrayList<String>();
    for (int i = 0; i < STREAMS; i++) {
      String playlist =
          client
              .send(
                  HttpRequest.newBuilder(
                          URI.create(weir.url(stream(i) + "/hls/video.m3u8?window=1h")))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      for (Playlist.Entry entry : Playlist.parse(playlist).entries()) {
        String path = stream(i) + "/hls/" + entry.uri();
        Path copy = folder.resolve("nginx-files" + path);
        Files.createDirectories(copy.getParent());
        client.send(
            HttpRequest.newBuilder(URI.create(weir.url(path))).build(),
            HttpResponse.BodyHandlers.ofFile(copy));
        paths.add(path);
      }
    }
    return paths;
  }

  private static Path script(Path folder, List<String> paths) throws IOException {
    var text = new StringBuilder("local paths = {\n");
    paths.forEach(path -> text.append("  \"").append(path).append("\",\n"));
    text.append("}\n");
    text.append("local n = 0\n");
    text.append("request = function()\n  n = n + 1\n");
    text.append("  return wrk.format(\"GET\", paths[(n * 7) % #paths + 1])\nend\n");
    text.append("done = function(summary)\n");
    text.append(
        "  print(string.format(\"WEIR %d %d %d\", summary.bytes, summary.duration, summary.errors.status + summary.errors.read))\n");
    text.append("end\n");
    return Files.writeString(folder.resolve("segments.lua"), text);
  }

  private void measure(MeasuredServer server, Path script, int round, Figures figures) {
    double cpu = server.cpuSeconds();
    String report =
        Program.run(
            "wrk",
            "-t1",
            "-c" + clients,
            "-d" + (round < 0 ? "5s" : "8s"),
            "-s",
            script.toString(),
            server.url("/"));
    Matcher figure = TRANSFER.matcher(report);
    if (!figure.find() || !figure.group(3).equals("0")) {
      throw new IllegalStateException(server.name + ": " + report);
    }
    double bytes = Double.parseDouble(figure.group(1));
    if (round >= 0) {
      figures.add(server.name + " MB/s", bytes / Double.parseDouble(figure.group(2)));
      figures.add(server.name + " CPU s/GB", (server.cpuSeconds() - cpu) / (bytes / 1e9));
    }
  }
}
