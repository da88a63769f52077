// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.bytes.PrivateFile;
import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of session tokens, in a file that only its user can read, made when it is first needed,
 * so that sessions outlive the process. Thread-safe; blocks on the disk once.
 */
public final class SessionKey {

  private static final String ALGORITHM = "AES";
  private static final int BITS = 256;

  private final Path file;
  private Optional<SecretKey> known = Optional.empty();

  /**
   * @param file one line of Base64: 32 bytes
   */
  public SessionKey(Path file) {
    this.file = file;
  }

  /**
   * @throws StorageFailure when it can't be read or made
   */
  synchronized SecretKey secret() {
    if (known.isEmpty()) {
      known = Optional.of(read());
    }
    return known.get();
  }

  private SecretKey read() {
    try {
      if (!Files.exists(file)) {
        KeyGenerator keys = KeyGenerator.getInstance(ALGORITHM);
        keys.init(BITS);
        String line = Base64.getEncoder().encodeToString(keys.generateKey().getEncoded()) + "\n";
        PrivateFile.write(file, line.getBytes(StandardCharsets.US_ASCII));
      }
      byte[] key =
          Base64.getDecoder().decode(Files.readString(file, StandardCharsets.US_ASCII).trim());
      if (key.length == BITS / 8) {
        return new SecretKeySpec(key, ALGORITHM);
      }
      throw unreadable(key.length + " bytes");
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw unreadable(e.toString());
    }
  }

  private StorageFailure unreadable(String found) {
    return new StorageFailure("session key", file.toString(), "32 bytes in Base64", found);
  }
}
