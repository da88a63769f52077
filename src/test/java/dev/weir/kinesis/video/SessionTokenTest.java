// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SessionTokenTest {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06Z");

  @TempDir Path folder;
  private Instant now = START;

  private SessionToken tokens(String keyFile) {
    return new SessionToken(new SessionKey(folder.resolve(keyFile)), () -> now);
  }

  private static void assertRefused(SessionToken tokens, String token, ErrorName error) {
    assertThatThrownBy(() -> tokens.open(token))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.error()).isEqualTo(error));
  }

  @Test
  void aTokenCountsUntilItExpiresForWhoeverHasTheKey() {
    String token = tokens("key").seal(Json.object().put("stream", "cam"), 300);
    now = START.plusSeconds(300);
    assertThat(tokens("key").open(token).path("stream").asText()).isEqualTo("cam");
    assertRefused(tokens("other"), token, ErrorName.UNRECOGNIZED_CLIENT);
    now = now.plusMillis(1);
    assertRefused(tokens("key"), token, ErrorName.EXPIRED_TOKEN);
  }

  @Test
  void nobodyElseCanReadTheKeyAndNobodyIsGivenAnotherForOneThatCantBeRead() throws IOException {
    tokens("key").seal(Json.object(), 300);
    Path file = folder.resolve("key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.writeString(file, "c2hvcnQ=\n");
    assertThatThrownBy(() -> tokens("key").seal(Json.object(), 300))
        .isInstanceOf(StorageFailure.class);
    assertThat(file).hasContent("c2hvcnQ=");
  }

  @Test
  void aTokenOfAnEarlierFormatIsNotValid() throws GeneralSecurityException {
    var key = new SessionKey(folder.resolve("key"));
    byte[] nonce = new byte[12];
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key.secret(), new GCMParameterSpec(128, nonce));
    byte[] sealed = cipher.doFinal("{\"expires\":9999999999999}".getBytes(StandardCharsets.UTF_8));
    String token =
        Base64.getUrlEncoder()
            .encodeToString(ByteBuffer.allocate(12 + sealed.length).put(nonce).put(sealed).array());
    assertRefused(tokens("key"), token, ErrorName.UNRECOGNIZED_CLIENT);
  }
}
