// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.FileSlice;
import dev.weir.model.FragmentEntry;
import dev.weir.model.PartEntry;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a stored part's samples, read and verified as a whole when the first of them is
 * wanted, and held until the source is closed. Confined to one thread.
 */
public final class StoredPayload implements ByteSource {

  private final Archive archive;
  private final FragmentEntry fragment;
  private final PartEntry part;
  private @Nullable ByteBuffer payload;

  /** The caller holds a lease on the fragment's file for as long as this is read. */
  public StoredPayload(Archive archive, FragmentEntry fragment, PartEntry part) {
    this.archive = archive;
    this.fragment = fragment;
    this.part = part;
  }

  @Override
  public long length() {
    return part.payloadBytes();
  }

  @Override
  public void read(long position, ByteBuffer destination) {
    ByteBuffer whole = payload;
    if (whole == null) {
      whole = archive.readPart(fragment, part).payload();
      payload = whole;
    }
    int count = destination.remaining();
    destination.put(whole.slice(Math.toIntExact(position), count));
    if (position + count == length()) {
      // Read to the end: bodies are read forwards, and a long clip must not hold all its parts.
      payload = null;
    }
  }

  @Override
  public Optional<FileSlice> slice(long position) {
    return archive
        .openVerified(fragment, part)
        .map(whole ->
            new FileSlice(whole.channel(), whole.offset() + position, whole.length() - position));
  }

  @Override
  public long nextSlice(long position) {
    return position;
  }

  @Override
  public void close() {
    payload = null;
  }
}
