// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Tokens that say what a session is of, and until when, to nobody but this server: encrypted and
 * authenticated with its {@link SessionKey}. Thread-safe.
 */
final class SessionToken {

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String EXPIRES = "expires";

  /** Authenticated with each token: another number for tokens that say other things. */
  private static final byte[] FORMAT = {2};

  private final SessionKey key;
  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock;

  SessionToken(SessionKey key, InstantSource clock) {
    this.key = key;
    this.clock = clock;
  }

  /** A token that counts for so long. */
  String seal(ObjectNode session, long seconds) {
    session.put(EXPIRES, clock.millis() + 1000 * seconds);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key.secret(), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(FORMAT);
      byte[] sealed = cipher.doFinal(session.toString().getBytes(StandardCharsets.UTF_8));
      ByteBuffer token = ByteBuffer.allocate(nonce.length + sealed.length);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(token.put(nonce).put(sealed).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What a token says.
   *
   * @throws Refusal when it is none of this server's, of another version of it, or is over
   */
  JsonNode open(String token) {
    JsonNode session = Json.read(opened(token));
    if (session.path(EXPIRES).asLong() < clock.millis()) {
      throw new Refusal(ErrorName.EXPIRED_TOKEN, "Streaming session token is expired");
    }
    return session;
  }

  private String opened(String token) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(
          Cipher.DECRYPT_MODE, key.secret(), new GCMParameterSpec(TAG_BITS, bytes, 0, NONCE_BYTES));
      cipher.updateAAD(FORMAT);
      byte[] session = cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
      return new String(session, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new Refusal(ErrorName.UNRECOGNIZED_CLIENT, "Streaming session token is not valid");
    }
  }
}
