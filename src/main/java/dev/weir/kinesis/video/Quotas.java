// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.ingest.ClusterLimits;
import dev.weir.model.MediaTime;
import java.time.Duration;

/**
 * How much clients may. Immutable.
 *
 * @param clusters of a PutMedia
 * @param connection how long a PutMedia may last; zero as long as it likes
 * @param trickle in which a PutMedia must bring 512 bytes, or is ended
 * @param streams there may be
 * @param producers PutMedia calls of a stream at a time
 * @param readers GetMedia calls of a stream at a time
 * @param listReaders GetMediaForFragmentList calls of a stream at a time
 * @param rates of calls and media
 * @param clipFragments fragments of a clip, after which it is cut
 * @param clipBytes likewise
 * @param imagesNs the time in which one call asks for pictures
 * @param session how long the URL of a playback session may be asked to count
 */
public record Quotas(
    ClusterLimits clusters,
    Duration connection,
    Duration trickle,
    int streams,
    int producers,
    int readers,
    int listReaders,
    Rates rates,
    int clipFragments,
    long clipBytes,
    long imagesNs,
    Duration session) {

  private static final long FRAGMENT_BYTES = 50_000_000;
  private static final long FRAGMENT_NS = 20 * MediaTime.NANOS_PER_SECOND;
  private static final int TAGS = 10;
  private static final Duration TRICKLE = Duration.ofSeconds(30);

  /** Of a session; the service's model says so. */
  public static final Duration SHORTEST_SESSION = Duration.ofMinutes(5);

  private static final Duration SESSION = Duration.ofHours(12);

  /** Only what a fragment is bounded by. */
  public static final Quotas GENEROUS =
      new Quotas(
          new ClusterLimits(FRAGMENT_BYTES, FRAGMENT_NS, Integer.MAX_VALUE, TAGS),
          Duration.ZERO,
          TRICKLE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Rates.UNLIMITED,
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          SESSION);

  /** What Amazon's service grants; five producers, so that tokens can be changed. */
  public static final Quotas AWS =
      new Quotas(
          new ClusterLimits(FRAGMENT_BYTES, FRAGMENT_NS, 3, TAGS),
          Duration.ofMinutes(45),
          TRICKLE,
          10_000,
          5,
          3,
          5,
          Rates.AWS,
          200,
          100_000_000,
          300 * MediaTime.NANOS_PER_SECOND,
          SESSION);

  /** The same, but for how long sessions may last. */
  public Quotas withSession(Duration longest) {
    return with(connection, trickle, longest);
  }

  /** The same, but for how long a PutMedia may last; zero as long as it likes. */
  public Quotas withConnection(Duration longest) {
    return with(longest, trickle, session);
  }

  /** The same, but for how long a PutMedia may bring next to nothing. */
  public Quotas withTrickle(Duration longest) {
    return with(connection, longest, session);
  }

  private Quotas with(Duration longestCall, Duration longestTrickle, Duration longestSession) {
    return new Quotas(
        clusters,
        longestCall,
        longestTrickle,
        streams,
        producers,
        readers,
        listReaders,
        rates,
        clipFragments,
        clipBytes,
        imagesNs,
        longestSession);
  }
}
