// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.container.mp4.EditList;
import dev.weir.container.mp4.InitSegment;
import dev.weir.container.mp4.MovieFragmentHeader;
import dev.weir.container.mp4.SegmentIndex;
import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import dev.weir.playback.LazyBytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A clip as fragmented MP4 with a sidx in front: sizes follow from the index alone, so a long clip
 * starts at once and no sample table is read before its turn. Confined to one thread.
 */
final class FragmentedClip {

  /** Stretches of the index are at least this long: a day fits into one sidx. */
  private static final long REFERENCE_NS = 4 * MediaTime.NANOS_PER_SECOND;

  private static final long LARGEST_REFERENCE_BYTES = 1L << 30;

  private final Archive archive;
  private final ClipPlan plan;

  /** Clip ticks at which each track's media begins: zero of its tfdt. */
  private final Map<Integer, Long> mediaStarts = new HashMap<>();

  private FragmentedClip(Archive archive, ClipPlan plan) {
    this.archive = archive;
    this.plan = plan;
    for (Slice slice : plan.slices()) {
      mediaStarts.computeIfAbsent(slice.track().index(), index -> slice.firstDecodeTime(archive));
    }
  }

  static ByteSource of(Archive archive, ClipPlan plan, Runnable onClose) {
    return new FragmentedClip(archive, plan).body(onClose);
  }

  private ByteSource body(Runnable onClose) {
    var body = new SliceBody(plan.slices(), this::bytes, this::open);
    var edits = new HashMap<Integer, EditList>();
    for (Track track : plan.tracks()) {
      edits.put(track.index(), Edits.of(plan, track, mediaStart(track)));
    }
    byte[] init =
        InitSegment.of(
            plan.tracks().stream().map(ClipTracks::of).toList(),
            edits,
            plan.movieTimescale(),
            Edits.movieDuration(plan));
    return new Concatenation(
        List.of(ByteSource.of(init), ByteSource.of(index(body)), body), onClose);
  }

  private long mediaStart(Track track) {
    return mediaStarts.getOrDefault(track.index(), 0L);
  }

  private long bytes(Slice slice) {
    return MovieFragmentHeader.bytes(slice.sampleCount()) + slice.payloadBytes(archive);
  }

  private ByteSource open(Slice slice) {
    int headerBytes = MovieFragmentHeader.bytes(slice.sampleCount());
    return new Concatenation(
        List.of(
            new LazyBytes(
                headerBytes,
                () ->
                    MovieFragmentHeader.of(
                        slice.track().index() + 1,
                        (int) (slice.placed().fragment().number().counter() & Integer.MAX_VALUE),
                        decodeTime(slice),
                        slice.clipSamples(archive))),
            new SlicePayload(archive, slice)),
        () -> {});
  }

  /** Overlaps of a frame, where one run follows another, must not take a track back before zero. */
  private long decodeTime(Slice slice) {
    return Math.max(0, slice.firstDecodeTime(archive) - mediaStart(slice.track()));
  }

  private byte[] index(SliceBody body) {
    Track main = plan.main();
    long referenceTicks = MediaTime.toTicks(REFERENCE_NS, ClipTracks.of(main).timescale());
    var references = new ArrayList<SegmentIndex.Reference>();
    int first = 0;
    long startTicks = 0;
    boolean startsWithSync = startsWithSync(0);
    long endTicks = 0;
    for (int i = 0; i < plan.slices().size(); i++) {
      Slice slice = plan.slices().get(i);
      if (!slice.track().equals(main)) {
        continue;
      }
      long at = decodeTime(slice);
      boolean large = body.start(i) - body.start(first) > LARGEST_REFERENCE_BYTES;
      boolean cut = slice.placed().part().startsWithSync() && at - startTicks >= referenceTicks;
      if (i > first && (cut || large)) {
        references.add(
            new SegmentIndex.Reference(
                (int) (body.start(i) - body.start(first)), at - startTicks, startsWithSync));
        first = i;
        startTicks = at;
        startsWithSync = startsWithSync(i);
      }
      endTicks = slice.endDecodeTime(archive) - mediaStart(main);
    }
    references.add(
        new SegmentIndex.Reference(
            (int) (body.length() - body.start(first)), endTicks - startTicks, startsWithSync));
    if (references.size() > SegmentIndex.MAX_REFERENCES) {
      throw new IllegalStateException(references.size() + " references in one sidx");
    }
    return SegmentIndex.of(
        main.index() + 1, ClipTracks.of(main).timescale(), earliestPresentation(main), references);
  }

  private boolean startsWithSync(int slice) {
    return plan.slices().get(slice).samples(archive).getFirst().sync();
  }

  private long earliestPresentation(Track main) {
    return Math.max(0, plan.span(main).startTicks() - mediaStart(main));
  }
}
