// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import java.util.Map;

/**
 * How much clients may in a second. Immutable.
 *
 * @param calls of the operations with a rate of their own
 * @param otherCalls of each other operation
 * @param pushed media of the PutMedia calls of a stream
 * @param read media of one GetMedia or GetMediaForFragmentList
 * @param metadataPoints of what is said about the fragments of a stream
 * @param mediaPoints fragments of a stream that are fetched one by one
 * @param lists playlists, manifests and init segments of a session, each kind by itself
 * @param segments of a session
 */
public record Rates(
    Map<String, Calls> calls,
    Calls otherCalls,
    Media pushed,
    Media read,
    long metadataPoints,
    long mediaPoints,
    long lists,
    long segments) {

  private static final long NO_LIMIT = Long.MAX_VALUE;

  /** Of all streams together, and of one. */
  public record Calls(long all, long stream) {}

  /** Media in a second. */
  public record Media(long bytes, long fragments) {}

  /** As much as they like. */
  public static final Rates UNLIMITED =
      new Rates(
          Map.of(),
          new Calls(NO_LIMIT, NO_LIMIT),
          new Media(NO_LIMIT, NO_LIMIT),
          new Media(NO_LIMIT, NO_LIMIT),
          NO_LIMIT,
          NO_LIMIT,
          NO_LIMIT,
          NO_LIMIT);

  /** What Amazon's service grants. */
  public static final Rates AWS =
      new Rates(
          Map.ofEntries(
              Map.entry("DescribeStream", new Calls(300, 5)),
              Map.entry("GetDataEndpoint", new Calls(300, 5)),
              Map.entry("StartEdgeConfigurationUpdate", new Calls(10, 1)),
              Map.entry("DeleteEdgeConfiguration", new Calls(10, 1)),
              Map.entry("PutMedia", new Calls(NO_LIMIT, 5)),
              Map.entry("GetMedia", new Calls(NO_LIMIT, 5)),
              Map.entry("ListFragments", new Calls(NO_LIMIT, 5)),
              Map.entry("GetMediaForFragmentList", new Calls(NO_LIMIT, 5)),
              Map.entry("GetHLSStreamingSessionURL", new Calls(NO_LIMIT, 25)),
              Map.entry("GetDASHStreamingSessionURL", new Calls(NO_LIMIT, 25)),
              Map.entry("GetClip", new Calls(NO_LIMIT, NO_LIMIT)),
              Map.entry("GetImages", new Calls(NO_LIMIT, NO_LIMIT))),
          new Calls(50, 5),
          new Media(12_500_000, 5),
          new Media(25_000_000, 5),
          10_000,
          500,
          5,
          20);

  Calls of(String operation) {
    return calls.getOrDefault(operation, otherCalls);
  }

  static boolean limited(long rate) {
    return rate != NO_LIMIT;
  }
}
