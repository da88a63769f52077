// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.evidence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.model.Bytes;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.playback.clip.Clip;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * Adds to an MP4 clip a manifest, signed by the server, that says what the clip is: its stream and
 * range, the SHA-256 of all its other bytes, and numbers and hashes of the fragments it is made of,
 * which lead into the archive's chains. Reads the whole clip once before its first byte is sent, so
 * that its length is known. Thread-safe; blocks on the archive.
 */
public final class SignedClips {

  private static final int PIECE_BYTES = 256 << 10;

  private final Archive archive;
  private final SigningKey key;

  /** A clip that is asked for in ranges is not read for each of them. */
  private final Cache<String, ManifestBox> signed = Caffeine.newBuilder().maximumSize(64).build();

  public SignedClips(Archive archive, SigningKey key) {
    this.archive = archive;
    this.key = key;
  }

  /** The key that signs. */
  public SigningKey key() {
    return key;
  }

  /**
   * The clip with its manifest.
   *
   * @param plain the clip without, as MP4; closed with the result, and when this fails
   */
  public Clip sign(StreamId stream, StreamName name, Clip plain) {
    try {
      ManifestBox box = signed.get(stream + " " + plain.etag(), tag -> box(stream, name, plain));
      var body = new Concatenation(List.of(plain.body(), ByteSource.of(box.encode())), () -> {});
      String tag = plain.etag();
      return new Clip(
          body,
          plain.contentType(),
          tag.substring(0, tag.length() - 1) + "-signed\"",
          plain.fromNs(),
          plain.toNs(),
          plain.pieces());
    } catch (RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private ManifestBox box(StreamId stream, StreamName name, Clip plain) {
    var text = new StringBuilder("weir clip manifest 1\n");
    text.append("stream ").append(name).append('\n');
    text.append("from ").append(TimeRange.instant(plain.fromNs())).append('\n');
    text.append("to ").append(TimeRange.instant(plain.toNs())).append('\n');
    text.append("bytes ").append(plain.body().length()).append('\n');
    text.append("sha-256 ").append(digest(plain.body()).toHex()).append('\n');
    var range = new TimeRange(plain.fromNs(), plain.toNs());
    try (Timeline timeline = archive.find(stream, range, Clock.PRODUCER)) {
      for (FragmentEntry fragment : timeline.fragments()) {
        text.append("fragment ")
            .append(fragment.number())
            .append(' ')
            .append(fragment.hash().toHex())
            .append('\n');
      }
    }
    byte[] message = text.toString().getBytes(StandardCharsets.UTF_8);
    return new ManifestBox(
        text.toString(),
        Bytes.copyOf(key.publicKey().getEncoded()),
        Bytes.copyOf(key.sign(message)));
  }

  static Bytes digest(ByteSource source) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      var piece = ByteBuffer.allocate(PIECE_BYTES);
      for (long at = 0; at < source.length(); at += piece.limit()) {
        piece.clear().limit((int) Math.min(PIECE_BYTES, source.length() - at));
        source.read(at, piece);
        digest.update(piece.flip());
      }
      return Bytes.copyOf(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
