// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.Codec;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.Rotation;
import dev.weir.model.UnsupportedMedia;
import dev.weir.model.VideoFormat;
import dev.weir.model.WeirException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/**
 * The pipe protocol between server and worker: messages of a 32-bit length and that many bytes; a
 * request is answered by its pictures and an end. Both ends come from one build, so there is a
 * version only to refuse a stray jar. Stateless; described in {@code design/decoders.md}.
 */
final class Wire {

  static final int VERSION = 3;

  /** Largest image a worker may answer with. */
  static final int MAX_IMAGE_BYTES = 96 << 20;

  private static final int MAX_ANSWER_BYTES = MAX_IMAGE_BYTES + (1 << 20);
  private static final int MAX_REQUEST_BYTES =
      (int) DecodeRequest.MAX_BYTES + 21 * DecodeRequest.MAX_SAMPLES + (1 << 20);
  private static final int MAX_TEXT_BYTES = 4_000;

  private static final int AVC = 1;
  private static final int HEVC = 2;

  private static final int JPEG = 1;
  private static final int PNG = 2;
  private static final int WEBP = 3;

  private static final int PICTURE = 0;
  private static final int MALFORMED = 1;
  private static final int UNSUPPORTED = 2;
  private static final int LIMIT = 3;
  private static final int ALL = 4;
  private static final int FULL = 5;

  private Wire() {}

  // Hello: what a worker says first.

  /** Writes that the worker is ready, or why it can't be. */
  static void writeHello(OutputStream out, String failure) throws IOException {
    var message = new ByteWriter().i32(VERSION);
    text(message, failure);
    write(out, message);
  }

  /** Reads a hello; the failure it states, empty when there is none. */
  static String readHello(DataInputStream in) throws IOException {
    var reader = new ByteReader(message(in, MAX_ANSWER_BYTES), "hello");
    int version = reader.i32();
    return version == VERSION ? text(reader) : "protocol version " + version;
  }

  // Requests.

  static void writeRequest(OutputStream out, DecodeRequest request) throws IOException {
    var head = new ByteWriter(1024);
    switch (request.codec()) {
      case Codec.Avc _ -> head.u8(AVC);
      case Codec.Hevc _ -> head.u8(HEVC);
      case Codec.Aac _, Codec.Opus _ -> throw new IllegalArgumentException("not video");
    }
    head.i32(request.codec().configuration().size()).bytes(request.codec().configuration());
    text(head, request.codec().rfc6381());
    VideoFormat video = request.video();
    head.i32(video.width()).i32(video.height()).i32(video.sarNum()).i32(video.sarDen());
    head.i32(video.frameRateNum()).i32(video.frameRateDen());
    head.i32(video.reorderDepth()).i32(video.nalLengthSize()).i32(video.rotation().degrees());
    PictureOutput output = request.output();
    head.u8(image(output.format())).i32(output.quality());
    head.i32(output.maxWidth()).i32(output.maxHeight());
    head.i32(request.wanted().size());
    request.wanted().forEach(head::i64);
    head.i32(request.samples().size());
    long bytes = 0;
    for (CodedSample sample : request.samples()) {
      head.i64(sample.presentationTime()).u8(sample.sync() ? 1 : 0).i32(sample.data().remaining());
      bytes += sample.data().remaining();
    }
    // The samples go out one by one: they need not lie in memory twice.
    out.write(new ByteWriter(4).i32(Math.toIntExact(head.size() + bytes)).toArray());
    out.write(head.toArray());
    WritableByteChannel channel = Channels.newChannel(out);
    for (CodedSample sample : request.samples()) {
      ByteBuffer data = sample.data().duplicate();
      while (data.hasRemaining()) {
        channel.write(data);
      }
    }
    out.flush();
  }

  static DecodeRequest readRequest(DataInputStream in) throws IOException {
    var reader = new ByteReader(message(in, MAX_REQUEST_BYTES), "request");
    int codec = reader.u8();
    var configuration = reader.bytes(reader.i32());
    String name = text(reader);
    var video =
        new VideoFormat(
            reader.i32(),
            reader.i32(),
            reader.i32(),
            reader.i32(),
            reader.i32(),
            reader.i32(),
            reader.i32(),
            reader.i32(),
            Rotation.ofDegrees(reader.i32()));
    ImageFormat format = image(reader.u8());
    var output = new PictureOutput(format, reader.i32(), reader.i32(), reader.i32());
    int pictures = reader.i32();
    ByteReader times = reader.sub(8 * pictures, "wanted");
    var wanted = new ArrayList<Long>(pictures);
    for (int i = 0; i < pictures; i++) {
      wanted.add(times.i64());
    }
    int count = reader.i32();
    ByteReader table = reader.sub(13 * count, "samples");
    var samples = new ArrayList<CodedSample>(count);
    for (int i = 0; i < count; i++) {
      long time = table.i64();
      boolean sync = table.u8() != 0;
      samples.add(new CodedSample(time, sync, reader.slice(table.i32())));
    }
    return new DecodeRequest(
        codec == AVC
            ? new Codec.Avc(configuration, name, video)
            : new Codec.Hevc(configuration, name, video),
        samples,
        wanted,
        output);
  }

  private static int image(ImageFormat format) {
    return switch (format) {
      case JPEG -> JPEG;
      case PNG -> PNG;
      case WEBP -> WEBP;
    };
  }

  private static ImageFormat image(int code) {
    return switch (code) {
      case PNG -> ImageFormat.PNG;
      case WEBP -> ImageFormat.WEBP;
      default -> ImageFormat.JPEG;
    };
  }

  // Answers.

  /**
   * @throws LimitExceeded when the image is too large to be answered with
   */
  static void writePicture(OutputStream out, Picture picture) throws IOException {
    if (picture.image().size() > MAX_IMAGE_BYTES) {
      throw new LimitExceeded(
          "image too large",
          "picture",
          "at most " + MAX_IMAGE_BYTES + " bytes",
          picture.image().size() + " bytes");
    }
    var message = new ByteWriter(picture.image().size() + 32);
    message.u8(PICTURE).i64(picture.presentationTime());
    message.i32(picture.width()).i32(picture.height()).bytes(picture.image());
    write(out, message);
  }

  /**
   * Ends an answer.
   *
   * @param whole whether all pictures were tried, not as many as one answer takes
   */
  static void writeEnd(OutputStream out, boolean whole) throws IOException {
    write(out, new ByteWriter().u8(whole ? ALL : FULL));
  }

  static void writeError(OutputStream out, WeirException error) throws IOException {
    int kind =
        switch (error) {
          case UnsupportedMedia _ -> UNSUPPORTED;
          case LimitExceeded _ -> LIMIT;
          default -> MALFORMED;
        };
    var message = new ByteWriter().u8(kind);
    text(message, error.what());
    text(message, error.where());
    text(message, error.expected());
    text(message, error.actual());
    write(out, message);
  }

  /** A message of an answer: a picture, or its end. */
  sealed interface Answer {

    /** One of the pictures. */
    record Shown(Picture picture) implements Answer {}

    /** No more pictures; whether all were tried. */
    record End(boolean whole) implements Answer {}
  }

  /**
   * Reads the next message of an answer.
   *
   * @throws WeirException the error with which it ends
   * @throws IOException when the worker is gone
   */
  static Answer readAnswer(DataInputStream in) throws IOException {
    var reader = new ByteReader(message(in, MAX_ANSWER_BYTES), "answer");
    int kind = reader.u8();
    if (kind == PICTURE) {
      long time = reader.i64();
      int width = reader.i32();
      int height = reader.i32();
      return new Answer.Shown(new Picture(reader.bytes(reader.remaining()), width, height, time));
    }
    if (kind == ALL || kind == FULL) {
      return new Answer.End(kind == ALL);
    }
    String what = text(reader);
    String where = text(reader);
    String expected = text(reader);
    String actual = text(reader);
    throw switch (kind) {
      case UNSUPPORTED -> new UnsupportedMedia(what, where, expected, actual);
      case LIMIT -> new LimitExceeded(what, where, expected, actual);
      default -> new MalformedMedia(what, where, expected, actual);
    };
  }

  // Messages and texts.

  private static void write(OutputStream out, ByteWriter message) throws IOException {
    out.write(new ByteWriter(4).i32(message.size()).toArray());
    out.write(message.toArray());
    out.flush();
  }

  private static ByteBuffer message(DataInputStream in, int limit) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > limit) {
      throw new IOException("message of " + Integer.toUnsignedString(length) + " bytes");
    }
    var bytes = new byte[length];
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static void text(ByteWriter out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int size = Math.min(bytes.length, MAX_TEXT_BYTES);
    out.u16(size).bytes(ByteBuffer.wrap(bytes, 0, size));
  }

  private static String text(ByteReader in) {
    return new String(in.bytes(in.u16()).toArray(), StandardCharsets.UTF_8);
  }
}
