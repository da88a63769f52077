// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A worker that does what the wanted presentation time tells it to. */
final class MisbehavingWorker {

  static final long WELL = 0;
  static final long HANG = 1;
  static final long DIE = 2;
  static final long THROW = 3;
  static final long EAT_MEMORY = 4;

  /** As one that was killed while it was idle. */
  static final long DIE_UNLESS_NEW = 5;

  /** System property: a file, that is there as long as {@link DiesOnce} is to die. */
  static final String CURSE = "weir.curse";

  private MisbehavingWorker() {}

  public static void main(String[] arguments) {
    var served = new AtomicInteger();
    WorkerLoop.serve(() ->
        (request, sink) -> {
          long wanted = request.wanted().getFirst();
          if (wanted == HANG) {
            hang();
          } else if (wanted == DIE || (wanted == DIE_UNLESS_NEW && served.get() > 0)) {
            Runtime.getRuntime().halt(3);
          } else if (wanted == THROW) {
            throw new IllegalStateException("as told");
          } else if (wanted == EAT_MEMORY) {
            var whole = new byte[8][];
            for (int i = 0; i < whole.length; i++) {
              whole[i] = new byte[100 << 20];
            }
            throw new IllegalStateException("heap without a bound: " + whole.length);
          }
          served.incrementAndGet();
          System.out.println("chatter that must not reach the pipe");
          sink.take(new Picture(Bytes.fromHex("cafe"), 2, 1, wanted));
        });
  }

  private static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A worker that dies as it starts, the first time alone. */
  static final class DiesOnce {

    private DiesOnce() {}

    public static void main(String[] arguments) throws IOException {
      if (Files.deleteIfExists(Path.of(System.getProperty(CURSE)))) {
        Runtime.getRuntime().halt(3);
      }
      MisbehavingWorker.main(arguments);
    }
  }

  /** A worker that dies as it starts. */
  static final class Stillborn {

    private Stillborn() {}

    public static void main(String[] arguments) {
      Runtime.getRuntime().halt(3);
    }
  }

  /** A worker whose decoder can't be loaded. */
  static final class Broken {

    private Broken() {}

    public static void main(String[] arguments) {
      WorkerLoop.serve(() -> {
        throw new UnsatisfiedLinkError("no library");
      });
    }
  }
}
