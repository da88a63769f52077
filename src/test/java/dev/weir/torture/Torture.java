// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

import dev.weir.testing.ServerProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills a server at random moments while producers push, starts it again, and at the end holds what
 * plays against every acknowledgement ever given. SIGKILL keeps the page cache, so this shows that
 * no state of the process is needed; that bytes are forced before they are acknowledged is shown by
 * the store's crash tests. Confined to one thread.
 */
public final class Torture {

  private static final long EARLIEST_NANOS = 100_000_000;

  /** Every other kill meets producers that have hardly begun, the others media in full flow. */
  private static final long EARLY_NANOS = 1_500_000_000;

  private static final long LATE_NANOS = 5_000_000_000L;

  private final int producers;
  private final int kills;
  private final long seed;
  private final PrintStream out;

  /**
   * @param out gets a line a cycle and a summary
   */
  public Torture(int producers, int kills, long seed, PrintStream out) {
    this.producers = producers;
    this.kills = kills;
    this.seed = seed;
    this.out = out;
  }

  /** {@code scripts/torture [PRODUCERS [KILLS [SEED]]]}. */
  public static void main(String[] arguments) throws Exception {
    int producers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    int kills = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    long seed =
        arguments.length > 2
            ? Long.parseLong(arguments[2])
            : ThreadLocalRandom.current().nextInt(1_000_000);
    Path folder = Files.createTempDirectory("weir-torture");
    out(new Torture(producers, kills, seed, System.out).run(folder), folder);
  }

  private static void out(Report report, Path folder) {
    System.out.println(report + (report.clean() ? "" : "; see " + folder));
    System.exit(report.clean() ? 0 : 1);
  }

  /**
   * What came of it.
   *
   * @param acknowledged fragments that producers were told are persisted
   * @param lost of these, how many do not play, packet by packet, as they were pushed
   * @param checkFailures lines of {@code weir check}
   */
  public record Report(
      int kills, long acknowledged, long packets, List<String> lost, List<String> checkFailures) {

    public boolean clean() {
      return lost.isEmpty() && checkFailures.isEmpty();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "torture: %d kills, %d fragments acknowledged, %d packets played, %d lost, %d check failures%s",
          kills,
          acknowledged,
          packets,
          lost.size(),
          checkFailures.size(),
          lost.isEmpty() ? "" : " " + lost);
    }
  }

  /** Runs it all in a folder. */
  public Report run(Path folder) throws IOException, InterruptedException {
    out.println("torture: " + producers + " producers, " + kills + " kills, seed " + seed);
    var random = new Random(seed);
    List<TortureMedia> media = TortureMedia.all();
    var acks = new AtomicLong();
    var port = new AtomicInteger();
    Path data = folder.resolve("data");
    Path log = folder.resolve("server.log");
    var all = new ArrayList<TortureProducer>();
    var threads = new ArrayList<Thread>();
    ServerProgram server = ServerProgram.startJar(data, log);
    try {
      port.set(server.port());
      for (int i = 0; i < producers; i++) {
        var producer =
            new TortureProducer("cam-" + i, media.get(i % media.size()), port::get, acks);
        all.add(producer);
        threads.add(Thread.ofVirtual().start(producer));
      }
      for (int kill = 1; kill <= kills; kill++) {
        long before = acks.get();
        LockSupport.parkNanos(
            random.nextLong(EARLIEST_NANOS, kill % 2 == 0 ? LATE_NANOS : EARLY_NANOS));
        port.set(0);
        server.kill();
        long died = System.nanoTime();
        server = ServerProgram.startJar(data, log);
        port.set(server.port());
        out.printf(
            Locale.ROOT,
            "kill %d: %d fragments acknowledged since the last, listening again after %d ms%n",
            kill,
            acks.get() - before,
            (System.nanoTime() - died) / 1_000_000);
      }
      all.forEach(TortureProducer::stop);
      for (Thread thread : threads) {
        thread.join();
      }
      var audit = new Audit(server);
      all.forEach(audit::hold);
      server.close();
      return audit.report(kills, acks.get(), data);
    } finally {
      server.kill();
    }
  }
}
