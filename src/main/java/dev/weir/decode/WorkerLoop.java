// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.MalformedMedia;
import dev.weir.model.WeirException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.SynchronousQueue;
import java.util.function.Supplier;

/**
 * A worker process from its first byte to its last: says hello, then answers requests, until the
 * server closes the pipe or is gone. One thread decodes; the other waits on the pipe meanwhile, so
 * that even a decoder that loops for ever ends with its server. Runs once a process.
 */
public final class WorkerLoop {

  private static final int FAILED = 1;

  /** An answer holds no more pictures than this: whoever asked keeps them in memory. */
  private static final long FULL_BYTES = 8 << 20;

  private WorkerLoop() {}

  /**
   * Serves until the pipe ends, then ends the process.
   *
   * @param loader loads the decoder; what it throws is told to the server
   */
  public static void serve(Supplier<PictureDecoder> loader) {
    // The descriptor belongs to the protocol; what libraries print goes to the log.
    OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
    System.setOut(System.err);
    var requests = new SynchronousQueue<DecodeRequest>();
    Thread.ofPlatform().daemon().name("decode").start(() -> decode(loader, requests, out));
    try {
      var in = new DataInputStream(new FileInputStream(FileDescriptor.in));
      while (true) {
        requests.put(Wire.readRequest(in));
      }
    } catch (IOException e) {
      Runtime.getRuntime().halt(0);
    } catch (InterruptedException e) {
      Runtime.getRuntime().halt(FAILED);
    }
  }

  private static void decode(
      Supplier<PictureDecoder> loader, SynchronousQueue<DecodeRequest> requests, OutputStream out) {
    try {
      PictureDecoder decoder = load(loader, out);
      while (true) {
        answer(decoder, requests.take(), out);
      }
    } catch (Throwable e) {
      // Out of memory, a broken pipe: another process will do better.
      System.err.println("worker ends: " + e);
      Runtime.getRuntime().halt(FAILED);
    }
  }

  private static PictureDecoder load(Supplier<PictureDecoder> loader, OutputStream out)
      throws IOException {
    try {
      PictureDecoder decoder = loader.get();
      Wire.writeHello(out, "");
      return decoder;
    } catch (RuntimeException | LinkageError e) {
      Wire.writeHello(out, e.toString());
      throw e;
    }
  }

  /** The server does not listen any more. */
  private static final class PipeBroken extends RuntimeException {
    private static final long serialVersionUID = 1;

    PipeBroken(IOException cause) {
      super(cause);
    }
  }

  private static void answer(PictureDecoder decoder, DecodeRequest request, OutputStream out)
      throws IOException {
    var answer = new Answer(out);
    try {
      decoder.decode(request, answer);
      if (answer.bytes == 0) {
        throw new MalformedMedia(
            "no picture came out",
            "samples",
            "a picture at " + request.wanted().getFirst(),
            request.samples().size() + " samples without it");
      }
    } catch (PipeBroken e) {
      throw e;
    } catch (WeirException e) {
      Wire.writeError(out, e);
      return;
    } catch (RuntimeException e) {
      Wire.writeError(
          out, new MalformedMedia("decoding failed", "samples", "a picture", e.toString()));
      return;
    }
    Wire.writeEnd(out, !answer.full());
  }

  /** Writes pictures until it is full. */
  private static final class Answer implements PictureDecoder.Sink {

    private final OutputStream out;
    private long bytes;

    Answer(OutputStream out) {
      this.out = out;
    }

    boolean full() {
      return bytes >= FULL_BYTES;
    }

    @Override
    public boolean take(Picture picture) {
      try {
        Wire.writePicture(out, picture);
      } catch (IOException e) {
        throw new PipeBroken(e);
      }
      bytes += picture.image().size();
      return !full();
    }
  }
}
