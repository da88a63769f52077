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

  private static void answer(PictureDecoder decoder, DecodeRequest request, OutputStream out)
      throws IOException {
    Picture picture;
    try {
      picture = decoder.decode(request);
    } catch (WeirException e) {
      Wire.writeError(out, e);
      return;
    } catch (RuntimeException e) {
      Wire.writeError(
          out, new MalformedMedia("decoding failed", "samples", "a picture", e.toString()));
      return;
    }
    Wire.writePicture(out, picture);
  }
}
