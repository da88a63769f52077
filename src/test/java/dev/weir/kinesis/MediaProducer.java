// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.auth.BasicSessionCredentials;
import com.amazonaws.services.kinesisvideo.AmazonKinesisVideoPutMedia;
import com.amazonaws.services.kinesisvideo.AmazonKinesisVideoPutMediaClientBuilder;
import com.amazonaws.services.kinesisvideo.PutMediaAckResponseHandler;
import com.amazonaws.services.kinesisvideo.model.AckEvent;
import com.amazonaws.services.kinesisvideo.model.AckEventType;
import com.amazonaws.services.kinesisvideo.model.FragmentTimecodeType;
import com.amazonaws.services.kinesisvideo.model.PutMediaRequest;
import dev.weir.control.AccessKey;
import dev.weir.testing.RunningWeir;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** PutMedia by the SDK for Java 1, the only one of Amazon's SDKs that knows it. Thread-safe. */
public final class MediaProducer implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 120;

  private final AmazonKinesisVideoPutMedia client;

  public MediaProducer(RunningWeir weir, AccessKey key) {
    this(URI.create(weir.url("")), key);
  }

  public MediaProducer(URI endpoint, AccessKey key) {
    client =
        AmazonKinesisVideoPutMediaClientBuilder.standard()
            .withRegion("eu-central-1")
            .withEndpoint(endpoint)
            .withCredentials(new AWSStaticCredentialsProvider(credentials(key)))
            .withConnectionTimeoutInMillis(10_000)
            .build();
  }

  private static AWSCredentials credentials(AccessKey key) {
    return key.sessionToken().isPresent()
        ? new BasicSessionCredentials(key.id(), key.secret(), key.sessionToken().get())
        : new BasicAWSCredentials(key.id(), key.secret());
  }

  /** What came of a call: the acknowledgements in order, and the failure if it was none. */
  public record Outcome(List<AckEvent> acks, Optional<Throwable> failure) {

    public List<AckEvent> of(AckEventType.Values type) {
      return acks.stream().filter(ack -> ack.getAckEventType().getEnumValue() == type).toList();
    }

    public List<String> numbers(AckEventType.Values type) {
      return of(type).stream().map(AckEvent::getFragmentNumber).toList();
    }
  }

  /** A call in the making. */
  public static PutMediaRequest absolute(String stream) {
    return new PutMediaRequest()
        .withStreamName(stream)
        .withFragmentTimecodeType(FragmentTimecodeType.ABSOLUTE);
  }

  public static PutMediaRequest relative(String stream, Instant start) {
    return new PutMediaRequest()
        .withStreamName(stream)
        .withFragmentTimecodeType(FragmentTimecodeType.RELATIVE)
        .withProducerStartTimestamp(Date.from(start));
  }

  /** Begins a call; completes when it has ended, however. */
  public CompletableFuture<Outcome> begin(PutMediaRequest request, InputStream media) {
    var acks = new CopyOnWriteArrayList<AckEvent>();
    var outcome = new CompletableFuture<Outcome>();
    client.putMedia(
        request.withPayload(media),
        new PutMediaAckResponseHandler() {
          @Override
          public void onAckEvent(AckEvent event) {
            acks.add(event);
          }

          @Override
          public void onFailure(Throwable failure) {
            outcome.complete(new Outcome(List.copyOf(acks), Optional.of(failure)));
          }

          @Override
          public void onComplete() {
            outcome.complete(new Outcome(List.copyOf(acks), Optional.empty()));
          }
        });
    return outcome;
  }

  public Outcome put(PutMediaRequest request, InputStream media) {
    return begin(request, media).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    client.close();
  }
}
