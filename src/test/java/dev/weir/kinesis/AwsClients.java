// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import dev.weir.control.AccessKey;
import dev.weir.control.AccessKeys;
import dev.weir.control.Permission;
import dev.weir.testing.RunningWeir;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/** Amazon's own clients, pointed at a server under test. Stateless. */
public final class AwsClients {

  private AwsClients() {}

  /** A key that may do everything, made before the server that will ask for it is started. */
  public static AccessKey key(Path data, String... permissions) {
    List<Permission> may =
        permissions.length == 0
            ? List.of(Permission.ALL)
            : List.of(permissions).stream().map(Permission::parse).toList();
    return new AccessKeys(data, InstantSource.system()).create("", Optional.empty(), may);
  }

  /** A temporary key that may do everything. */
  public static AccessKey temporaryKey(Path data, Duration lifetime) {
    return new AccessKeys(data, InstantSource.system())
        .create("", Optional.of(lifetime), List.of(Permission.ALL));
  }

  public static KinesisVideoClient control(RunningWeir weir, AccessKey key) {
    return client(KinesisVideoClient.builder(), weir, key).build();
  }

  /** Any client of the SDK for Java 2; it does not try again what was refused. */
  public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B client(
      B builder, RunningWeir weir, AccessKey key) {
    return client(builder, URI.create(weir.url("")), key, UrlConnectionHttpClient.builder());
  }

  /** The same, that reaches the server in another way. */
  public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B client(
      B builder, URI endpoint, AccessKey key, SdkHttpClient.Builder<?> http) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials(key)))
        .overrideConfiguration(each -> each.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .httpClientBuilder(http);
  }

  private static AwsCredentials credentials(AccessKey key) {
    return key.sessionToken().isPresent()
        ? AwsSessionCredentials.create(key.id(), key.secret(), key.sessionToken().get())
        : AwsBasicCredentials.create(key.id(), key.secret());
  }
}
