// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.evidence;

import dev.weir.bytes.ByteSource;
import dev.weir.model.Bytes;
import dev.weir.model.WeirException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/**
 * What a file says of itself as a signed clip, and whether that is true. Needs no server.
 * Immutable.
 *
 * @param manifest its lines; empty when the file has none that is signed
 * @param signer fingerprint of the key that signed: SHA-256 of the public key, hexadecimal; empty
 *     likewise
 * @param problem why the file is not what was signed; empty when it is
 */
public record ClipVerification(List<String> manifest, String signer, Optional<String> problem) {

  public ClipVerification {
    manifest = List.copyOf(manifest);
  }

  /** Where a manifest lies, unless it names some ten thousand fragments. */
  private static final int TAIL_BYTES = 4 << 20;

  private static ClipVerification not(String problem) {
    return new ClipVerification(List.of(), "", Optional.of(problem));
  }

  /**
   * Checks a file, all of it.
   *
   * @param file its bytes
   */
  public static ClipVerification of(ByteSource file) {
    Optional<ManifestBox> box;
    long bodyBytes;
    try {
      var tail = ByteBuffer.allocate((int) Math.min(4, file.length()));
      file.read(file.length() - tail.remaining(), tail);
      Optional<Integer> length =
          tail.position() < 4 ? Optional.empty() : ManifestBox.length(tail.flip(), file.length());
      if (length.isEmpty()) {
        return without(file);
      }
      bodyBytes = file.length() - length.get();
      var bytes = ByteBuffer.allocate(length.get());
      file.read(bodyBytes, bytes);
      box = ManifestBox.read(bytes.flip());
    } catch (WeirException e) {
      return not("its manifest is damaged: " + e.getMessage());
    }
    return box.isEmpty() ? without(file) : check(box.get(), new Front(file, bodyBytes));
  }

  /** A file whose end is no manifest, now. */
  private static ClipVerification without(ByteSource file) {
    var tail = ByteBuffer.allocate((int) Math.min(TAIL_BYTES, file.length()));
    file.read(file.length() - tail.remaining(), tail);
    return ManifestBox.leavesTrace(tail.flip())
        ? not("its manifest is damaged: the box around it was changed")
        : not("it carries no manifest");
  }

  private static ClipVerification check(ManifestBox box, ByteSource body) {
    try {
      PublicKey key =
          KeyFactory.getInstance(SigningKey.ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(box.publicKey().toArray()));
      Signature signature = Signature.getInstance(SigningKey.ALGORITHM);
      signature.initVerify(key);
      signature.update(box.manifest().getBytes(StandardCharsets.UTF_8));
      if (!signature.verify(box.signature().toArray())) {
        return not("the signature is not of this manifest");
      }
    } catch (GeneralSecurityException e) {
      return not("the signature can't be checked: " + e.getMessage());
    }
    List<String> lines = box.manifest().lines().toList();
    String stated = "sha-256 " + SignedClips.digest(body).toHex();
    return new ClipVerification(
        lines,
        fingerprint(box.publicKey()),
        lines.contains(stated) ? Optional.empty() : Optional.of("its bytes are not those signed"));
  }

  /** How people tell keys apart. */
  public static String fingerprint(Bytes publicKey) {
    try {
      return Bytes.copyOf(MessageDigest.getInstance("SHA-256").digest(publicKey.toArray())).toHex();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The first bytes of a source. */
  private record Front(ByteSource source, long length) implements ByteSource {
    @Override
    public void read(long position, ByteBuffer destination) {
      source.read(position, destination);
    }
  }
}
