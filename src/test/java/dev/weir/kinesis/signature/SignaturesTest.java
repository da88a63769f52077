// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.DefaultRequest;
import com.amazonaws.auth.AWS4Signer;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.auth.BasicSessionCredentials;
import dev.weir.control.AccessKey;
import dev.weir.control.AccessKeys;
import dev.weir.control.Permission;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** What Amazon's own signers sign is accepted, and nothing else. */
final class SignaturesTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final byte[] BODY = "{\"StreamName\":\"cam\"}".getBytes(StandardCharsets.UTF_8);
  private static final URI TARGET = URI.create("http://127.0.0.1:8080/describeStream");

  @TempDir Path folder;
  private AccessKeys keys;
  private AccessKey key;

  @BeforeEach
  void makeAKey() {
    keys = new AccessKeys(folder, () -> NOW);
    key = keys.create("", Optional.empty(), List.of(Permission.ALL));
  }

  private Claim claim(SignedHead head, boolean streamed) {
    return new Signatures(keys, () -> NOW).claim(head, "kinesisvideo", streamed);
  }

  private AbstractThrowableAssert<?, ?> refused(SignedHead head, ErrorName name) {
    return assertThatThrownBy(() -> claim(head, false).caller(BODY))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.error()).isEqualTo(name));
  }

  private static AwsCredentialsIdentity identity(AccessKey key) {
    return key.sessionToken().isPresent()
        ? AwsSessionCredentialsIdentity.create(key.id(), key.secret(), key.sessionToken().get())
        : AwsCredentialsIdentity.create(key.id(), key.secret());
  }

  /** Signed by the SDK for Java 2. */
  private SignedHead signed(AccessKey by, Instant at, AuthLocation where, boolean hashBody) {
    SdkHttpFullRequest plain =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(TARGET)
            .putHeader("Content-Type", "application/json")
            .putHeader("X-Spaced", "  a   b  ")
            .build();
    return head(
        AwsV4HttpSigner.create()
            .sign(request -> {
              request
                  .request(plain)
                  .identity(identity(by))
                  .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "kinesisvideo")
                  .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                  .putProperty(AwsV4HttpSigner.AUTH_LOCATION, where)
                  .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, hashBody)
                  .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC));
              if (where == AuthLocation.QUERY_STRING) {
                request.putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(30));
              }
              request.payload(() -> new ByteArrayInputStream(BODY));
            })
            .request());
  }

  private static SignedHead head(SdkHttpRequest request) {
    var fields = new ArrayList<SignedHead.Field>();
    request
        .headers()
        .forEach((name, values) ->
            values.forEach(
                value -> fields.add(new SignedHead.Field(name.toLowerCase(Locale.ROOT), value))));
    return new SignedHead(
        request.method().name(),
        request.encodedPath(),
        request.encodedQueryParameters().orElse(""),
        fields);
  }

  @Test
  void aSignatureOfTheSdkForJava2IsAccepted() {
    SignedHead head = signed(key, NOW, AuthLocation.HEADER, true);
    assertThat(head.field("x-amz-content-sha256")).isPresent();
    assertThat(claim(head, false).caller(BODY).key()).contains(key);
  }

  @Test
  void aSignatureOfTheSdkForJava1IsAccepted() {
    SignedHead head = signedByVersion1(key, "");
    assertThat(head.field("x-amz-content-sha256")).isEmpty();
    assertThat(claim(head, false).caller(BODY).key()).contains(key);
    assertThatThrownBy(() -> claim(head, false).caller("other".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Refusal.class);
  }

  /**
   * @param hash what the client states of the body; nothing when empty
   */
  private static SignedHead signedByVersion1(AccessKey by, String hash) {
    var request = new DefaultRequest<Void>("kinesisvideo");
    request.setHttpMethod(com.amazonaws.http.HttpMethodName.POST);
    request.setEndpoint(URI.create("http://127.0.0.1:8080"));
    request.setResourcePath("/describeStream");
    request.setContent(new ByteArrayInputStream(BODY));
    var signer =
        new AWS4Signer() {
          @Override
          protected String calculateContentHash(com.amazonaws.SignableRequest<?> signable) {
            if (hash.isEmpty()) {
              return super.calculateContentHash(signable);
            }
            signable.addHeader("x-amz-content-sha256", hash);
            return hash;
          }
        };
    signer.setServiceName("kinesisvideo");
    signer.setRegionName("us-west-2");
    signer.setOverrideDate(Date.from(NOW));
    signer.sign(
        request,
        by.sessionToken().isPresent()
            ? new BasicSessionCredentials(by.id(), by.secret(), by.sessionToken().get())
            : new BasicAWSCredentials(by.id(), by.secret()));
    var fields = new ArrayList<SignedHead.Field>();
    request
        .getHeaders()
        .forEach((name, value) ->
            fields.add(new SignedHead.Field(name.toLowerCase(Locale.ROOT), value)));
    return new SignedHead("POST", "/describeStream", "", fields);
  }

  @Test
  void aPresignedRequestIsAcceptedUntilItExpires() {
    SignedHead fresh = signed(key, NOW.minusSeconds(29 * 60), AuthLocation.QUERY_STRING, true);
    assertThat(fresh.query()).contains("X-Amz-Signature=");
    assertThat(claim(fresh, false).caller(BODY).key()).contains(key);
    refused(
            signed(key, NOW.minusSeconds(31 * 60), AuthLocation.QUERY_STRING, true),
            ErrorName.INVALID_SIGNATURE)
        .hasMessageContaining("expired");
  }

  @Test
  void theThreeConventionsForStreamedBodiesAreDecidedWithoutTheBody() {
    for (String hash : List.of("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "UNSIGNED-PAYLOAD")) {
      SignedHead head = signedByVersion1(key, hash);
      assertThat(claim(head, true).caller().key()).as(hash).contains(key);
    }
    SignedHead ofNothing = signedByVersion1(key, Hashes.sha256Hex(new byte[0]));
    var fields = new ArrayList<>(ofNothing.fields());
    assertThat(claim(ofNothing, true).caller().key()).contains(key);
    // One that hashes a body nobody has seen yet can't be told from a wrong one.
    assertThatThrownBy(() -> claim(signedByVersion1(key, Hashes.sha256Hex(BODY)), true).caller())
        .isInstanceOf(Refusal.class);
    assertThat(fields).isNotEmpty();
  }

  @Test
  void whatACallSaysInItsHeadMustBeSigned() {
    SignedHead head = signedByVersion1(key, "UNSIGNED-PAYLOAD");
    var fields = new ArrayList<>(head.fields());
    fields.add(new SignedHead.Field("x-amzn-stream-arn", "arn"));
    var more = new SignedHead(head.method(), head.path(), head.query(), fields);
    List<String> wanted = List.of("x-amzn-stream-arn");
    assertThat(claim(head, true).covering(wanted).caller().key()).contains(key);
    assertThatThrownBy(() -> claim(more, true).covering(wanted))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.error()).isEqualTo(ErrorName.INVALID_SIGNATURE));
  }

  @Test
  void aStreamingHashIsForStreamedBodiesAlone() {
    refused(
        signedByVersion1(key, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), ErrorName.INVALID_SIGNATURE);
  }

  @Test
  void aBodyThatIsNotTheOneThatWasHashedIsRefused() {
    SignedHead head = signed(key, NOW, AuthLocation.HEADER, true);
    assertThatThrownBy(() -> claim(head, false).caller(new byte[] {1}))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("x-amz-content-sha256");
  }

  @Test
  void aTemporaryKeyNeedsItsToken() {
    AccessKey temporary =
        keys.create("", Optional.of(Duration.ofHours(1)), List.of(Permission.ALL));
    SignedHead head = signed(temporary, NOW, AuthLocation.HEADER, true);
    assertThat(claim(head, false).caller(BODY).key()).contains(temporary);
    refused(without(head, "x-amz-security-token"), ErrorName.UNRECOGNIZED_CLIENT);
    AccessKey forged =
        new AccessKey(
            temporary.id(),
            temporary.secret(),
            Optional.of("another"),
            "",
            NOW,
            Optional.empty(),
            List.of());
    refused(signed(forged, NOW, AuthLocation.HEADER, true), ErrorName.UNRECOGNIZED_CLIENT);
  }

  /** As the SDKs for C do: the token is added after signing. */
  @Test
  void theTokenNeedNotBeSigned() {
    AccessKey temporary =
        keys.create("", Optional.of(Duration.ofHours(1)), List.of(Permission.ALL));
    AccessKey tokenless =
        new AccessKey(
            temporary.id(),
            temporary.secret(),
            Optional.empty(),
            "",
            NOW,
            Optional.empty(),
            List.of());
    SignedHead head = signedByVersion1(tokenless, "");
    var fields = new ArrayList<>(head.fields());
    fields.add(
        new SignedHead.Field("x-amz-security-token", temporary.sessionToken().orElseThrow()));
    assertThat(
            claim(new SignedHead(head.method(), head.path(), head.query(), fields), false)
                .caller(BODY)
                .key())
        .contains(temporary);
  }

  @Test
  void aTemporaryKeyEnds() {
    AccessKey temporary =
        keys.create("", Optional.of(Duration.ofMinutes(10)), List.of(Permission.ALL));
    Instant later = NOW.plusSeconds(600);
    SignedHead head = signed(temporary, later, AuthLocation.HEADER, true);
    assertThatThrownBy(() -> new Signatures(keys, () -> later).claim(head, "kinesisvideo", false))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.error()).isEqualTo(ErrorName.EXPIRED_TOKEN));
  }

  @Test
  void whateverIsSignedCantBeChanged() {
    SignedHead head = signed(key, NOW, AuthLocation.HEADER, true);
    for (SignedHead.Field field : head.fields()) {
      if (List.of("authorization", "x-amz-date").contains(field.name())) {
        continue;
      }
      refused(with(head, field.name(), field.value() + "0"), ErrorName.INVALID_SIGNATURE);
    }
    refused(
        new SignedHead("PUT", head.path(), head.query(), head.fields()),
        ErrorName.INVALID_SIGNATURE);
    refused(
        new SignedHead(head.method(), "/deleteStream", head.query(), head.fields()),
        ErrorName.INVALID_SIGNATURE);
    refused(
        new SignedHead(head.method(), head.path(), "a=b", head.fields()),
        ErrorName.INVALID_SIGNATURE);
  }

  @Test
  void aClockMayBeAQuarterOfAnHourWrong() {
    for (int minutes : List.of(-14, 14)) {
      SignedHead head = signed(key, NOW.plusSeconds(minutes * 60L), AuthLocation.HEADER, true);
      assertThat(claim(head, false).caller(BODY).key()).contains(key);
    }
    for (int minutes : List.of(-16, 16)) {
      refused(
          signed(key, NOW.plusSeconds(minutes * 60L), AuthLocation.HEADER, true),
          ErrorName.INVALID_SIGNATURE);
    }
  }

  @Test
  void aRevokedKeyIsUnknown() {
    SignedHead head = signed(key, NOW, AuthLocation.HEADER, true);
    keys.create("another", Optional.empty(), List.of(Permission.ALL));
    keys.revoke(key.id());
    refused(head, ErrorName.UNRECOGNIZED_CLIENT);
  }

  @Test
  void partsThatAreMissingAreNamed() {
    SignedHead head = signed(key, NOW, AuthLocation.HEADER, true);
    String authorization = head.field("authorization").orElseThrow();
    refused(without(head, "authorization"), ErrorName.MISSING_AUTHENTICATION_TOKEN);
    refused(without(head, "x-amz-date"), ErrorName.INCOMPLETE_SIGNATURE);
    for (String part : List.of("Credential=", "SignedHeaders=", "Signature=")) {
      refused(
          with(head, "authorization", authorization.replace(part, "Other=")),
          ErrorName.INCOMPLETE_SIGNATURE);
    }
    refused(with(head, "authorization", "Bearer x"), ErrorName.INCOMPLETE_SIGNATURE);
    refused(
        with(head, "authorization", authorization.replace("/kinesisvideo/", "/s3/")),
        ErrorName.INVALID_SIGNATURE);
    refused(with(head, "x-amz-date", "yesterday"), ErrorName.INVALID_SIGNATURE);
  }

  @Test
  void whereThereAreNoKeysNobodyIsAskedForOne() {
    keys.revoke(key.id());
    assertThat(claim(new SignedHead("POST", "/", "", List.of()), false).caller(BODY).key())
        .isEmpty();
  }

  private static SignedHead without(SignedHead head, String name) {
    return new SignedHead(
        head.method(),
        head.path(),
        head.query(),
        head.fields().stream().filter(field -> !field.name().equals(name)).toList());
  }

  private static SignedHead with(SignedHead head, String name, String value) {
    return new SignedHead(
        head.method(),
        head.path(),
        head.query(),
        head.fields().stream()
            .map(field -> field.name().equals(name) ? new SignedHead.Field(name, value) : field)
            .toList());
  }
}
