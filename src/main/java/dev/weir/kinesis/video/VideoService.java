// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.control.AccessKeys;
import dev.weir.control.Streams;
import dev.weir.ingest.Ingest;
import dev.weir.kinesis.signature.Signatures;
import dev.weir.playback.Recordings;
import dev.weir.playback.chunk.Chunks;
import dev.weir.playback.live.LiveMedia;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Kinesis Video Streams: its table of operations, and who may call them. Thread-safe. */
public final class VideoService {

  /** For which requests are signed. */
  public static final String SIGNED_FOR = "kinesisvideo";

  private final Signatures signatures;
  private final List<Operation> operations;
  private final PutMedia putMedia;

  public VideoService(
      AccessKeys keys,
      Identity identity,
      Quotas quotas,
      Streams streams,
      Ingest ingest,
      LiveMedia live,
      Recordings recordings,
      Chunks chunks,
      InstantSource clock) {
    this.signatures = new Signatures(keys, clock);
    var found = new VideoStreams(streams, identity);
    var all = new ArrayList<Operation>();
    all.addAll(new StreamOperations(found, live).operations());
    all.addAll(new TagOperations(found).operations());
    all.addAll(new ConfigurationOperations(found).operations());
    all.addAll(new UnsupportedOperations(found).operations());
    all.addAll(new FragmentOperations(found, recordings, chunks).operations());
    this.operations = List.copyOf(all);
    this.putMedia = new PutMedia(found, ingest, quotas, clock);
  }

  public PutMedia putMedia() {
    return putMedia;
  }

  public Signatures signatures() {
    return signatures;
  }

  /** Each at its own path. */
  public List<Operation> operations() {
    return operations;
  }
}
