// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.Demuxer;
import dev.weir.container.Fragmenter;
import dev.weir.container.mkv.MatroskaDemuxer;
import dev.weir.container.mkv.MatroskaOrigin;
import dev.weir.model.Bytes;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.MediaTime;
import dev.weir.model.SimpleTag;
import dev.weir.model.Track;
import dev.weir.model.WeirException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Stands between the demuxer and the fragmenter of a push whose fragments are Clusters, and holds
 * it to its rules. A fragment that breaks one, or did not come to its end, is not kept; those
 * before it are. Confined to the session's thread.
 */
final class ClusterRules implements DemuxSink {

  /** A tag of this name says that nothing more comes of the fragment. */
  private static final String END_OF_FRAGMENT = "AWS_KINESISVIDEO_END_OF_FRAGMENT";

  /** Names that begin so are the service's, but for those by which it is asked for something. */
  private static final String RESERVED = "AWS";

  private static final List<String> REQUESTS =
      List.of(
          END_OF_FRAGMENT,
          "AWS_KINESISVIDEO_IMAGE_GENERATION",
          "AWS_KINESISVIDEO_IMAGE_PREFIX",
          "AWS_KINESISVIDEO_NOTIFICATION");

  /** Names that begin so are around fragments as they are read, so no header may have them. */
  private static final String SERVICE = "AWS_KINESISVIDEO_";

  private static final int LONGEST_TAG_NAME_BYTES = 128;
  private static final int LONGEST_TAG_VALUE_BYTES = 256;

  private final Fragmenter fragmenter;
  private final ClusterLimits limits;
  private final MatroskaDemuxer demuxer;
  private final long startNs;
  private long startTicks;
  private Bytes origin = Bytes.EMPTY;
  private Optional<ClusterRule> broken = Optional.empty();
  private List<Track> tracks = List.of();
  private boolean clusterSeen;
  private boolean open;
  private long timestamp = -1;
  private long firstNs;
  private long lastNs = Long.MIN_VALUE;
  private long lastBeforeNs = Long.MIN_VALUE;
  private long bytes;
  private int tagCount;
  private final BitSet tracksWithFrames = new BitSet();

  /**
   * @param startNs added to the times of all samples, so that what a producer sends over several
   *     connections is on one timeline wherever each of them begins to count
   */
  ClusterRules(Fragmenter fragmenter, ClusterLimits limits, DemuxLimits demuxing, long startNs) {
    this.fragmenter = fragmenter;
    this.limits = limits;
    this.startNs = startNs;
    this.demuxer = MatroskaDemuxer.withOrigin(this, demuxing);
  }

  /** Takes the push's body. */
  Demuxer demuxer() {
    return demuxer;
  }

  /** What of the start no tick says: less than half of one. */
  long startRestNs() {
    return startNs - MediaTime.toNanos(startTicks, tracks.getFirst().timescale());
  }

  /**
   * What is to be kept beside the samples of the fragment that ends now; empty when nothing is.
   *
   * @param samples that are kept of it
   */
  Bytes origin(int samples) {
    return origin.size() > 0 && MatroskaOrigin.read(origin).samples() == samples
        ? origin
        : Bytes.EMPTY;
  }

  /** The rule that ended the push. */
  Optional<ClusterRule> broken() {
    return broken;
  }

  /** The timestamp of the Cluster that is being read, as written; negative before the first. */
  long timestamp() {
    return timestamp;
  }

  @Override
  public void tracks(List<Track> declared) {
    if (!tracks.isEmpty()) {
      endCluster();
      demuxer.endCluster();
      takeOrigin();
      fragmenter.endFragment();
      throw malformed(ClusterRule.ONE_HEADER, "one Segment with one header", "another");
    }
    if (declared.size() > limits.tracks()) {
      throw exceeded(ClusterRule.TRACK_COUNT, "tracks", limits.tracks(), declared.size());
    }
    tracks = declared;
    // A Segment has one timescale.
    startTicks = MediaTime.toTicks(startNs, declared.getFirst().timescale());
    fragmenter.tracks(declared);
  }

  @Override
  public void boundary() {
    endCluster();
    takeOrigin();
    clusterSeen = true;
    open = true;
    bytes = 0;
    tagCount = 0;
    tracksWithFrames.clear();
    fragmenter.boundary();
  }

  @Override
  public void clusterTimestamp(long stated) {
    timestamp = stated;
  }

  @Override
  public void sample(DemuxedSample sample) {
    Track track = tracks.get(sample.trackIndex());
    long timeNs = MediaTime.toNanos(sample.presentationTime(), track.timescale());
    if (tracksWithFrames.isEmpty()) {
      if (timeNs <= lastBeforeNs) {
        throw malformed(
            ClusterRule.ORDER,
            "a first frame after " + ms(lastBeforeNs) + " ms, where the fragment before it ended",
            ms(timeNs) + " ms");
      }
      firstNs = timeNs;
      lastNs = timeNs;
    }
    tracksWithFrames.set(sample.trackIndex());
    lastNs = Math.max(lastNs, timeNs);
    if (lastNs - firstNs > limits.durationNs()) {
      throw exceeded(
          ClusterRule.DURATION, "ms in a fragment", ms(limits.durationNs()), ms(lastNs - firstNs));
    }
    bytes += sample.data().remaining();
    if (bytes > limits.bytes()) {
      throw exceeded(ClusterRule.SIZE, "bytes in a fragment", limits.bytes(), bytes);
    }
    fragmenter.sample(sample.later(startTicks));
  }

  @Override
  public void undeclared(long trackNumber) {
    throw malformed(
        ClusterRule.TRACK_NUMBER, "a track that the header declares", "track " + trackNumber);
  }

  /**
   * Those of the header are the header's, of any number and size; those between Clusters are of the
   * one before them.
   */
  @Override
  public void tags(List<SimpleTag> tags) {
    if (!clusterSeen) {
      tags.forEach(tag -> checkName(tag, SERVICE));
      return;
    }
    boolean ends = false;
    for (SimpleTag tag : tags) {
      check(tag);
      ends |= tag.name().equals(END_OF_FRAGMENT);
    }
    if (ends && open) {
      endCluster();
      demuxer.endCluster();
      takeOrigin();
      fragmenter.endFragment();
    }
  }

  private void check(SimpleTag tag) {
    if (!tag.name().equals(END_OF_FRAGMENT) && ++tagCount > limits.tags()) {
      throw exceeded(ClusterRule.TAGS, "tags of a fragment", limits.tags(), tagCount);
    }
    int name = tag.name().getBytes(StandardCharsets.UTF_8).length;
    if (name > LONGEST_TAG_NAME_BYTES) {
      throw exceeded(ClusterRule.TAGS, "bytes in a tag's name", LONGEST_TAG_NAME_BYTES, name);
    }
    if (tag.valueBytes() > LONGEST_TAG_VALUE_BYTES) {
      throw exceeded(
          ClusterRule.TAGS, "bytes in a tag's value", LONGEST_TAG_VALUE_BYTES, tag.valueBytes());
    }
    checkName(tag, RESERVED);
  }

  private void checkName(SimpleTag tag, String reserved) {
    if (tag.name().startsWith(reserved) && !REQUESTS.contains(tag.name())) {
      throw malformed(ClusterRule.TAGS, "a name that does not begin with " + reserved, tag.name());
    }
  }

  /** What can't be looked at can't be held to the limits, and is beyond them anyway. */
  @Override
  public void largeTags(long bytes) {
    throw exceeded(
        ClusterRule.TAGS, "bytes in a Tags element", MatroskaDemuxer.LARGEST_TAGS_BYTES, bytes);
  }

  @Override
  public void truncated(String where) {
    open = false;
    fragmenter.endWhole();
    throw new MalformedMedia("the body ended inside an element", where, "", "");
  }

  private void takeOrigin() {
    origin = demuxer.takeOrigin().orElse(Bytes.EMPTY);
  }

  private void endCluster() {
    if (!open) {
      return;
    }
    open = false;
    if (tracksWithFrames.cardinality() < tracks.size()) {
      throw malformed(
          ClusterRule.FRAMES_OF_EACH_TRACK,
          "a frame of each of " + tracks.size() + " tracks",
          "frames of " + tracksWithFrames.cardinality());
    }
    lastBeforeNs = lastNs;
  }

  /** The body came to its end. */
  void end() {
    endCluster();
    demuxer.endCluster();
    takeOrigin();
    fragmenter.end();
  }

  /** It did not: what has come of the open fragment is no fragment. */
  void stop() {
    fragmenter.endWhole();
  }

  private MalformedMedia malformed(ClusterRule rule, String expected, String actual) {
    return breaking(rule, new MalformedMedia("fragment", "Cluster " + timestamp, expected, actual));
  }

  private LimitExceeded exceeded(ClusterRule rule, String what, long most, long actual) {
    return breaking(
        rule,
        new LimitExceeded(what, "Cluster " + timestamp, "at most " + most, Long.toString(actual)));
  }

  private <E extends WeirException> E breaking(ClusterRule rule, E failure) {
    broken = Optional.of(rule);
    return failure;
  }

  private static long ms(long ns) {
    return ns / MediaTime.NANOS_PER_MILLI;
  }
}
