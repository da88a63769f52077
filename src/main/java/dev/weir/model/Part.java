// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Up to about 500 ms of samples of one track, contiguous in decode order, with their bytes.
 * Immutable once made; whoever receives it may read the buffers (through duplicates) and must not
 * write them.
 *
 * @param trackIndex the track within its run
 * @param samples at least one, in decode order
 * @param payloads the samples' bytes, one buffer a sample, remaining() = its size
 * @param lastDurationGuessed no following sample was known when the part closed
 */
public record Part(
    int trackIndex, List<Sample> samples, List<ByteBuffer> payloads, boolean lastDurationGuessed) {

  public Part {
    samples = List.copyOf(samples);
    payloads = List.copyOf(payloads);
    if (samples.isEmpty() || samples.size() != payloads.size()) {
      throw new IllegalArgumentException(
          "part of " + samples.size() + " samples, " + payloads.size() + " payloads");
    }
  }

  public long payloadBytes() {
    long sum = 0;
    for (Sample sample : samples) {
      sum += sample.size();
    }
    return sum;
  }

  public long baseDecodeTime() {
    return samples.getFirst().decodeTime();
  }

  /** Decode time at which the part ends. */
  public long endDecodeTime() {
    Sample last = samples.getLast();
    return last.decodeTime() + last.duration();
  }
}
