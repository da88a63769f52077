// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import dev.weir.model.Sample;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What a fragment has in common with one that repeats it: of each sample, track by track, how long
 * after the track's first it is shown, its length and its CRC-32C; of all that a SHA-256. Decode
 * times and durations are left out, and how samples lie in parts: they are derived, and come out
 * otherwise where a connection begins or ends. Confined to one thread at a time.
 */
final class ContentDigest {

  /** One track's samples so far. */
  private record Lane(long firstPresentationTime, ByteWriter samples) {}

  private final Map<Integer, Lane> lanes = new TreeMap<>();

  /**
   * Takes the next samples of a track.
   *
   * @param payloads of the samples one after the other, however they are cut
   */
  void part(int trackIndex, List<Sample> samples, List<ByteBuffer> payloads) {
    Lane lane =
        lanes.computeIfAbsent(
            trackIndex, index -> new Lane(samples.getFirst().presentationTime(), new ByteWriter()));
    var rest = new Rest(payloads);
    for (Sample sample : samples) {
      lane.samples
          .i64(sample.presentationTime() - lane.firstPresentationTime)
          .i32(sample.size())
          .i32(rest.crc(sample.size()));
    }
  }

  /** Of all samples since the last reset. */
  Bytes value() {
    MessageDigest whole = sha256();
    lanes.forEach((index, lane) -> {
      var head = new ByteWriter();
      head.u16(index).i32(lane.samples.size());
      whole.update(head.asBuffer());
      whole.update(lane.samples.asBuffer());
    });
    return Bytes.copyOf(whole.digest());
  }

  void reset() {
    lanes.clear();
  }

  /** Buffers that are read one after the other; theirs are left as they are. */
  private static final class Rest {
    private final List<ByteBuffer> buffers;
    private int next;
    private ByteBuffer current = ByteBuffer.allocate(0);

    Rest(List<ByteBuffer> buffers) {
      this.buffers = buffers;
    }

    int crc(int bytes) {
      var crc = new CRC32C();
      int left = bytes;
      while (left > 0) {
        while (!current.hasRemaining()) {
          current = buffers.get(next++).duplicate();
        }
        int count = Math.min(left, current.remaining());
        crc.update(current.slice(current.position(), count));
        current.position(current.position() + count);
        left -= count;
      }
      return (int) crc.getValue();
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
