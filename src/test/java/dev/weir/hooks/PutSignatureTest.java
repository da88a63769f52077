// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Bytes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The PUT of an object is signed as Amazon's own signer signs it. */
final class PutSignatureTest {

  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
  private static final ImageStore.Bucket STORE =
      new ImageStore.Bucket(
          URI.create("https://s3.example:9000"), "eu-central-1", "AKIAEXAMPLE", "secret/of+it");

  static Stream<String> keys() {
    return Stream.of(
        "plain.jpg", "door/a b+c.jpg", "Tür/../x~y_z-.jpg", "a//b=c&d?e#f%41.jpg", "雪/(1)*'!.png");
  }

  @ParameterizedTest
  @MethodSource("keys")
  void amazonsSignerGivesTheSame(String key) {
    byte[] body = ("picture of " + key).getBytes(StandardCharsets.UTF_8);
    var url = URI.create(STORE.url() + "/pictures/" + BucketDestination.encoded(key));
    var headers =
        Map.of(
            "Content-Type", "image/jpeg", "x-amz-meta-door", "front  of   it", "x-amz-meta-n", "1");

    Map<String, String> ours = new PutSignature(STORE).sign(url, headers, Bytes.copyOf(body), NOW);

    assertThat(ours).containsEntry("Authorization", amazons(url, headers, body));
  }

  private static String amazons(URI url, Map<String, String> headers, byte[] body) {
    SdkHttpRequest.Builder request = SdkHttpRequest.builder().method(SdkHttpMethod.PUT).uri(url);
    headers.forEach(request::putHeader);
    return AwsV4HttpSigner.create()
        .sign(signing ->
            signing
                .identity(AwsCredentialsIdentity.create(STORE.keyId(), STORE.secret()))
                .request(request.build())
                .payload(ContentStreamProvider.fromByteArray(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, STORE.region())
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC)))
        .request()
        .firstMatchingHeader("Authorization")
        .orElseThrow();
  }
}
