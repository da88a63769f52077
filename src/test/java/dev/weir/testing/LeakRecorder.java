// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Netty's leak detector, its reports kept for whoever asks. Netty makes one for each kind of
 * resource; the build names this class to it. Thread-safe.
 */
public final class LeakRecorder<T> extends ResourceLeakDetector<T> {

  private static final long COLLECTION_MILLIS = 10_000;
  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();
  private static final AtomicBoolean IN_USE = new AtomicBoolean();

  /** Called by Netty, by reflection. */
  public LeakRecorder(Class<?> resource, int samplingInterval) {
    super(resource, samplingInterval);
    IN_USE.set(true);
  }

  /** Called by older users of Netty, by reflection. */
  public LeakRecorder(Class<?> resource, int samplingInterval, long ignored) {
    this(resource, samplingInterval);
  }

  /**
   * What was lost since it was asked last; collects garbage first, since only a buffer that nobody
   * can reach is known to be lost.
   */
  public static List<String> lost() {
    if (!IN_USE.get()) {
      return List.of();
    }
    // Twice: what a first collection frees may have been all that held something else.
    collect();
    collect();
    // The detector looks for what was collected whenever it is to watch something new.
    ByteBufAllocator.DEFAULT.directBuffer(1).release();
    var lost = new ArrayList<String>();
    for (String report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
      lost.add(report);
    }
    return lost;
  }

  private static void collect() {
    var collected = new ReferenceQueue<Object>();
    var sentinel = new WeakReference<>(new Object(), collected);
    try {
      System.gc();
      if (collected.remove(COLLECTION_MILLIS) == null) {
        throw new AssertionError("the collector did not run");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Reference.reachabilityFence(sentinel);
    }
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    REPORTS.add(resourceType + " was not released before it was collected" + records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    REPORTS.add(resourceType + " was not released before it was collected");
  }
}
