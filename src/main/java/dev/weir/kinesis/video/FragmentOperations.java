// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamId;
import dev.weir.playback.Pieces;
import dev.weir.playback.Recordings;
import dev.weir.playback.chunk.ChunkStart;
import dev.weir.playback.chunk.Chunks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Fragments: which there are, and their media as it came. Thread-safe. */
final class FragmentOperations {

  private static final int MOST_RESULTS = 1000;

  private static final Structure START_SELECTOR =
      Structure.EMPTY
          .required(
              "StartSelectorType",
              Shapes.choice(
                  "FRAGMENT_NUMBER",
                  "SERVER_TIMESTAMP",
                  "PRODUCER_TIMESTAMP",
                  "NOW",
                  "EARLIEST",
                  "CONTINUATION_TOKEN"))
          .optional("AfterFragmentNumber", Shapes.FRAGMENT_NUMBER)
          .optional("StartTimestamp", Shapes.TIMESTAMP)
          .optional("ContinuationToken", Shapes.text(1, 128, "^[a-zA-Z0-9_\\.\\-]+$"));

  private final VideoStreams streams;
  private final Recordings recordings;
  private final Chunks chunks;
  private final Throttle throttle;
  private final OpenCalls readers;
  private final OpenCalls listReaders;
  private final FragmentTags tags = new FragmentTags();

  FragmentOperations(
      VideoStreams streams,
      Recordings recordings,
      Chunks chunks,
      Quotas quotas,
      Throttle throttle) {
    this.streams = streams;
    this.recordings = recordings;
    this.chunks = chunks;
    this.throttle = throttle;
    this.readers = new OpenCalls("GetMedia", quotas.readers(), ErrorName.CONNECTION_LIMIT_EXCEEDED);
    this.listReaders =
        new OpenCalls(
            "GetMediaForFragmentList", quotas.listReaders(), ErrorName.CLIENT_LIMIT_EXCEEDED);
  }

  List<Operation> operations() {
    return List.of(
        Operation.of(
            "ListFragments",
            Shapes.STREAM
                .optional("MaxResults", Shapes.whole(1, MOST_RESULTS))
                .optional("NextToken", Shapes.LONG_NEXT_TOKEN)
                .optional("FragmentSelector", Selection.SELECTOR),
            ErrorName.NOT_AUTHORIZED,
            this::list),
        Operation.endless(
            "GetMedia", Shapes.STREAM.required("StartSelector", START_SELECTOR), this::media),
        Operation.endless(
            "GetMediaForFragmentList",
            Shapes.STREAM.required(
                "Fragments", new Rule.Many(1, MOST_RESULTS, Shapes.FRAGMENT_NUMBER)),
            this::mediaOfList));
  }

  private Answer list(Call call) {
    VideoStream stream = streams.of(call);
    int limit = (int) call.number("MaxResults", MOST_RESULTS);
    Page page = call.text("NextToken").map(Page::of).orElseGet(() -> Page.first(call));
    throttle.metadata(stream.stream().id(), limit);
    Selection selection = page.selection;
    List<Recordings.Item> found =
        recordings.played(
            stream.stream().id(),
            selection.range(),
            selection.clock(),
            Optional.of(page.after),
            limit + 1);
    ObjectNode body = Json.object();
    ArrayNode list = body.putArray("Fragments");
    found.stream().limit(limit).forEach(each -> list.add(describe(each)));
    if (found.size() > limit) {
      body.put("NextToken", page.next(found.get(limit - 1).fragment()).token());
    }
    return new Answer.Json(body);
  }

  private ObjectNode describe(Recordings.Item item) {
    FragmentEntry fragment = item.fragment();
    return Json.object()
        .put("FragmentNumber", fragment.number().toString())
        .put("FragmentSizeInBytes", fragment.payloadBytes())
        .put("ProducerTimestamp", Times.seconds(fragment.producerTimeNs()))
        .put("ServerTimestamp", Times.seconds(fragment.serverTimeNs()))
        .put(
            "FragmentLengthInMilliseconds",
            recordings.firstToLastFrameNs(item) / MediaTime.NANOS_PER_MILLI);
  }

  /** Where a list goes on: a token says all of it, as a call with a token may say nothing else. */
  private record Page(Selection selection, Recordings.Place after) {

    static Page first(Call call) {
      if (!call.has("FragmentSelector")) {
        throw Rule.broken("FragmentSelector", "must not be null where there is no NextToken");
      }
      Selection selection = Selection.of("FragmentSelector", call.input().get("FragmentSelector"));
      // What began before the range and reaches into it stands before this place.
      return new Page(selection, new Recordings.Place(selection.fromNs(), ""));
    }

    static Page of(String token) {
      try {
        String[] fields =
            new String(Base64.getDecoder().decode(token), StandardCharsets.US_ASCII).split(" ", -1);
        if (fields.length == 5) {
          return new Page(
              new Selection(
                  Clock.valueOf(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2])),
              new Recordings.Place(
                  Long.parseLong(fields[3]), FragmentNumber.parse(fields[4]).toString()));
        }
      } catch (IllegalArgumentException e) {
        // Said below.
      }
      throw Rule.broken("NextToken", "must be a token given by this service");
    }

    Page next(FragmentEntry last) {
      return new Page(
          selection,
          new Recordings.Place(selection.clock().startNs(last), last.number().toString()));
    }

    String token() {
      String text =
          selection.clock()
              + " "
              + selection.fromNs()
              + " "
              + selection.toNs()
              + " "
              + after.startNs()
              + " "
              + after.number();
      return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private Answer media(Call call) {
    ChunkStart start = start(call.input().get("StartSelector"));
    StreamId stream = streams.of(call).stream().id();
    return paced(stream, readers, chunks.from(stream, start, tags));
  }

  private static ChunkStart start(JsonNode selector) {
    String type = selector.get("StartSelectorType").textValue();
    return switch (type) {
      case "NOW" -> new ChunkStart.Now();
      case "EARLIEST" -> new ChunkStart.Earliest();
      case "FRAGMENT_NUMBER" -> after(selector, "AfterFragmentNumber");
      case "CONTINUATION_TOKEN" -> after(selector, "ContinuationToken");
      default ->
          new ChunkStart.At(
              Selection.clock(type),
              Times.nanos("StartTimestamp", needed(selector, "StartTimestamp")));
    };
  }

  private static ChunkStart after(JsonNode selector, String member) {
    return new ChunkStart.After(FragmentNumber.parse(needed(selector, member).textValue()));
  }

  private static JsonNode needed(JsonNode selector, String member) {
    if (Rule.absent(selector.path(member))) {
      throw Rule.broken(
          "StartSelector." + member,
          "must not be null with " + selector.get("StartSelectorType").textValue());
    }
    return selector.get(member);
  }

  private Answer mediaOfList(Call call) {
    var numbers = new ArrayList<FragmentNumber>();
    call.input().get("Fragments").forEach(each -> numbers.add(FragmentNumber.parse(each.asText())));
    StreamId stream = streams.of(call).stream().id();
    throttle.media(stream, numbers.size());
    return paced(stream, listReaders, chunks.of(stream, numbers, tags));
  }

  private Answer paced(StreamId stream, OpenCalls calls, Pieces pieces) {
    try {
      calls.enter(stream);
    } catch (Refusal e) {
      pieces.close();
      throw e;
    }
    return new Answer.Endless(
        new PacedPieces(pieces, throttle.reading(), () -> calls.leave(stream)));
  }
}
