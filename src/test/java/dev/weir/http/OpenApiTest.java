// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.control.AccessKeys;
import dev.weir.control.Retention;
import dev.weir.control.Streams;
import dev.weir.control.Upkeep;
import dev.weir.decode.DecoderOptions;
import dev.weir.decode.Decoders;
import dev.weir.hooks.AddressRules;
import dev.weir.hooks.HookOptions;
import dev.weir.hooks.Hooks;
import dev.weir.hooks.ImageStore;
import dev.weir.ingest.Ingest;
import dev.weir.kinesis.video.Identity;
import dev.weir.kinesis.video.Quotas;
import dev.weir.kinesis.video.SessionKey;
import dev.weir.kinesis.video.VideoService;
import dev.weir.playback.Publications;
import dev.weir.playback.Recordings;
import dev.weir.playback.chunk.Chunks;
import dev.weir.playback.clip.Clips;
import dev.weir.playback.dash.SessionManifests;
import dev.weir.playback.evidence.SignedClips;
import dev.weir.playback.evidence.SigningKey;
import dev.weir.playback.frame.Frames;
import dev.weir.playback.hls.DateRange;
import dev.weir.playback.hls.Hls;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.hls.SessionPlaylists;
import dev.weir.playback.hls.TransportSegments;
import dev.weir.playback.live.LiveMedia;
import dev.weir.playback.session.SessionWindows;
import dev.weir.playback.storyboard.Storyboards;
import dev.weir.records.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published descriptions and the table of routes say the same. */
final class OpenApiTest {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
  private static final Path REFERENCE = Path.of("src/site/markdown/reference/http-api.md");
  private static final Pattern ROUTE = Pattern.compile("`((?:GET|PUT|POST|DELETE) /[^`?]*)`");

  @TempDir Path folder;

  @Test
  void everyRouteIsDescribedAndEveryDescriptionHasARoute() throws IOException {
    var described = new TreeSet<String>();
    JsonNode paths =
        new ObjectMapper(new YAMLFactory())
            .readTree(getClass().getResourceAsStream("/openapi.yaml"))
            .get("paths");
    paths
        .properties()
        .forEach(path ->
            path.getValue().properties().stream()
                .filter(operation -> METHODS.contains(operation.getKey()))
                .forEach(operation ->
                    described.add(
                        operation.getKey().toUpperCase(java.util.Locale.ROOT)
                            + " "
                            + path.getKey())));
    assertThat(routes()).isEqualTo(described);
  }

  @Test
  void theReferencePageNamesEveryRouteAndNoOther() throws IOException {
    var named = new TreeSet<String>();
    ROUTE.matcher(Files.readString(REFERENCE)).results().forEach(each -> named.add(each.group(1)));
    assertThat(named).isEqualTo(routes());
  }

  private Set<String> routes() {
    InstantSource clock = InstantSource.system();
    try (var archive = DiskArchive.open(ArchiveOptions.of(folder), clock);
        var decoders = Decoders.open(DecoderOptions.DEFAULT)) {
      var streams = new Streams(archive, clock);
      var frames = new Frames(archive, decoders);
      var records = new Records(folder.resolve("records"), clock);
      try (var hooks =
          new Hooks(
              archive.ledger(),
              streams,
              new Publications(archive),
              frames,
              records,
              new HookOptions(AddressRules.PUBLIC, new ImageStore.None(), stream -> ""),
              clock)) {
        return routes(archive, streams, frames, hooks, records);
      }
    }
  }

  private Set<String> routes(
      DiskArchive archive, Streams streams, Frames frames, Hooks hooks, Records records) {
    InstantSource clock = InstantSource.system();
    var windows = new SessionWindows(archive, clock);
    var segments = new MediaSegments(archive);
    var services =
        new Services(
            new Ingest(archive, clock),
            streams,
            new Recordings(archive),
            new Hls(archive, DateRange.Source.NONE, clock),
            segments,
            new Clips(archive),
            new LiveMedia(archive, clock),
            frames,
            new Storyboards(archive, frames, folder.resolve("cache"), 0, clock),
            new SignedClips(archive, new SigningKey(folder.resolve("key"))),
            new Retention(archive, streams, clock, 0),
            new Upkeep(archive, streams),
            new VideoService(
                new AccessKeys(folder, clock),
                new SessionKey(folder.resolve("session-key")),
                new Identity("us-east-1", "000000000000"),
                Quotas.GENEROUS,
                streams,
                new Ingest(archive, clock),
                new LiveMedia(archive, clock),
                new VideoService.Playback(
                    new Recordings(archive),
                    new Chunks(archive, clock),
                    new Clips(archive),
                    frames,
                    windows,
                    new SessionPlaylists(windows),
                    new SessionManifests(archive, windows, segments, clock),
                    segments,
                    new TransportSegments(archive, windows)),
                clock),
            hooks,
            records,
            Optional.empty());
    return new TreeSet<>(HttpServer.routes(services, new Metrics()).paths());
  }
}
