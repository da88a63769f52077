// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.playback.StoredPayload;
import java.nio.ByteBuffer;

/** The samples' bytes of a slice. Confined to one thread. */
final class SlicePayload implements ByteSource {

  private final StoredPayload payload;
  private final long offset;
  private final long length;

  SlicePayload(Archive archive, Slice slice) {
    this.payload = new StoredPayload(archive, slice.placed().fragment(), slice.placed().part());
    this.offset = slice.payloadOffset(archive);
    this.length = slice.payloadBytes(archive);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, ByteBuffer destination) {
    payload.read(offset + position, destination);
  }

  @Override
  public void close() {
    payload.close();
  }
}
