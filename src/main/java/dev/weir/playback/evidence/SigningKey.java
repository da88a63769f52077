// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.evidence;

import dev.weir.bytes.PrivateFile;
import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * The server's Ed25519 key (RFC 8032), in a file that only its user can read, made when it is first
 * needed. Thread-safe.
 */
public final class SigningKey {

  static final String ALGORITHM = "Ed25519";

  private final Path file;

  /**
   * @param file two lines of Base64: the private key (PKCS #8) and the public key (X.509)
   */
  public SigningKey(Path file) {
    this.file = file;
  }

  private synchronized KeyPair pair() {
    try {
      if (!Files.exists(file)) {
        write(KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair());
      }
      List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
      KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
      return new KeyPair(
          factory.generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(lines.get(1)))),
          factory.generatePrivate(
              new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines.get(0)))));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new StorageFailure(
          "signing key", file.toString(), "a key that can be read", e.toString());
    }
  }

  private void write(KeyPair made) throws IOException {
    Base64.Encoder base64 = Base64.getEncoder();
    String lines =
        base64.encodeToString(made.getPrivate().getEncoded())
            + "\n"
            + base64.encodeToString(made.getPublic().getEncoded())
            + "\n";
    PrivateFile.write(file, lines.getBytes(StandardCharsets.US_ASCII));
  }

  /** What others check signatures with. */
  public PublicKey publicKey() {
    return pair().getPublic();
  }

  byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(pair().getPrivate());
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
