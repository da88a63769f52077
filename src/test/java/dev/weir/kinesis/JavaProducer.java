// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.kinesisvideo.client.KinesisVideoClient;
import com.amazonaws.kinesisvideo.client.KinesisVideoClientConfiguration;
import com.amazonaws.kinesisvideo.client.mediasource.MediaSourceState;
import com.amazonaws.kinesisvideo.common.exception.KinesisVideoException;
import com.amazonaws.kinesisvideo.internal.client.mediasource.MediaSource;
import com.amazonaws.kinesisvideo.internal.client.mediasource.MediaSourceConfiguration;
import com.amazonaws.kinesisvideo.internal.client.mediasource.MediaSourceSink;
import com.amazonaws.kinesisvideo.java.auth.JavaCredentialsProviderImpl;
import com.amazonaws.kinesisvideo.java.client.KinesisVideoJavaClientFactory;
import com.amazonaws.kinesisvideo.producer.DeviceInfo;
import com.amazonaws.kinesisvideo.producer.FrameFlags;
import com.amazonaws.kinesisvideo.producer.FrameOrderMode;
import com.amazonaws.kinesisvideo.producer.KinesisVideoFragmentAck;
import com.amazonaws.kinesisvideo.producer.KinesisVideoFrame;
import com.amazonaws.kinesisvideo.producer.MkvTrackInfoType;
import com.amazonaws.kinesisvideo.producer.StorageInfo;
import com.amazonaws.kinesisvideo.producer.StreamCallbacks;
import com.amazonaws.kinesisvideo.producer.StreamInfo;
import com.amazonaws.kinesisvideo.producer.Tag;
import com.amazonaws.kinesisvideo.producer.Time;
import com.amazonaws.kinesisvideo.producer.TrackInfo;
import com.amazonaws.kinesisvideo.storage.DefaultStorageCallbacks;
import com.amazonaws.kinesisvideo.streaming.DefaultStreamCallbacks;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Pushes a Matroska file by Amazon's producer SDK for Java, whose inside is their producer for C: a
 * program of its own, since it needs to be told at its start where its library is. Prints a line an
 * acknowledgement.
 */
public final class JavaProducer {

  private static final long MILLISECOND = Time.HUNDREDS_OF_NANOS_IN_A_MILLISECOND;
  private static final long SECOND = Time.HUNDREDS_OF_NANOS_IN_A_SECOND;
  private static final long STORAGE_BYTES = 64 << 20;

  private JavaProducer() {}

  /** Endpoint, stream, file, when it begins, access key and secret. */
  public static void main(String[] args) throws KinesisVideoException {
    var credentials = new AWSStaticCredentialsProvider(new BasicAWSCredentials(args[4], args[5]));
    KinesisVideoClient client =
        KinesisVideoJavaClientFactory.createKinesisVideoClient(
            KinesisVideoClientConfiguration.builder()
                .withRegion("us-east-1")
                .withEndpoint(args[0])
                .withCredentialsProvider(new JavaCredentialsProviderImpl(credentials))
                .withStorageCallbacks(new DefaultStorageCallbacks())
                .build(),
            new DeviceInfo(
                DeviceInfo.DEVICE_INFO_CURRENT_VERSION,
                "lens",
                new StorageInfo(
                    StorageInfo.STORAGE_INFO_CURRENT_VERSION,
                    StorageInfo.DeviceStorageType.DEVICE_STORAGE_TYPE_IN_MEM,
                    STORAGE_BYTES,
                    90,
                    "/tmp"),
                10,
                new Tag[0]),
            Executors.newScheduledThreadPool(2));
    var camera = new Camera(args[1], Source.of(Path.of(args[2])), Instant.parse(args[3]));
    client.registerMediaSource(camera);
    camera.start();
    // Waits for the acknowledgement of its last fragment, and fails when that does not come.
    camera.stop();
    // What it has started does not end by itself.
    System.exit(0);
  }

  private static final class Camera implements MediaSource {
    private final String stream;
    private final Source source;
    private final Instant start;
    private @Nullable MediaSourceSink sink;

    Camera(String stream, Source source, Instant start) {
      this.stream = stream;
      this.source = source;
      this.start = start;
    }

    @Override
    public StreamInfo getStreamInfo() {
      return new StreamInfo(
          StreamInfo.STREAM_INFO_CURRENT_VERSION,
          stream,
          StreamInfo.StreamingType.STREAMING_TYPE_OFFLINE,
          "video/h264",
          null,
          24 * Time.HUNDREDS_OF_NANOS_IN_AN_HOUR,
          false,
          0,
          2 * SECOND,
          true,
          true,
          true,
          true,
          true,
          4_000_000,
          30,
          40 * SECOND,
          20 * SECOND,
          20 * SECOND,
          MILLISECOND,
          true,
          new Tag[] {new Tag("place", "hall")},
          StreamInfo.NalAdaptationFlags.NAL_ADAPTATION_FLAG_NONE,
          UUID.randomUUID(),
          new TrackInfo[] {
            new TrackInfo(
                1,
                "V_MPEG4/ISO/AVC",
                "video",
                source.tracks().getFirst().codec().configuration().toArray(),
                MkvTrackInfoType.VIDEO)
          },
          FrameOrderMode.FRAME_ORDER_MODE_PASS_THROUGH);
    }

    @Override
    public void initialize(MediaSourceSink into) {
      sink = into;
    }

    @Override
    public MediaSourceSink getMediaSourceSink() {
      return Objects.requireNonNull(sink, "not registered");
    }

    @Override
    public void start() throws KinesisVideoException {
      // It takes one track here, shown in the order in which it is sent.
      List<Frame> frames = source.frames();
      for (int i = 0; i < frames.size(); i++) {
        Frame frame = frames.get(i);
        long at = (start.toEpochMilli() + frame.timeMs()) * MILLISECOND;
        getMediaSourceSink()
            .onFrame(
                new KinesisVideoFrame(
                    i,
                    frame.key() ? FrameFlags.FRAME_FLAG_KEY_FRAME : FrameFlags.FRAME_FLAG_NONE,
                    at,
                    at,
                    33 * MILLISECOND,
                    ByteBuffer.wrap(frame.data().toArray()),
                    1));
      }
    }

    @Override
    public void stop() throws KinesisVideoException {
      getMediaSourceSink().getProducerStream().stopStreamSync();
    }

    @Override
    public StreamCallbacks getStreamCallbacks() {
      return new DefaultStreamCallbacks() {
        @Override
        public void fragmentAckReceived(long upload, KinesisVideoFragmentAck ack) {
          System.out.println(
              "ack " + ack.getAckType().getIntType() + " " + ack.getSequenceNumber());
        }
      };
    }

    @Override
    public MediaSourceState getMediaSourceState() {
      return MediaSourceState.RUNNING;
    }

    @Override
    public MediaSourceConfiguration getConfiguration() {
      return new MediaSourceConfiguration() {
        @Override
        public String getMediaSourceType() {
          return "file";
        }

        @Override
        public String getMediaSourceDescription() {
          return "";
        }
      };
    }

    @Override
    public void configure(MediaSourceConfiguration configuration) {}

    @Override
    public boolean isStopped() {
      return false;
    }

    @Override
    public void free() {}
  }
}
