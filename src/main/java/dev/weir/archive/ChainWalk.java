// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.FileRow;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentState;
import dev.weir.model.Proof;
import dev.weir.model.RunId;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.store.Chain;
import dev.weir.store.ChunkStore;
import dev.weir.store.FileVerification;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Follows the hash chains of a range: reads every byte of the files that it lies in, computes each
 * fragment's hash anew, and looks whether each carries the hash of the one before it. Confined to
 * one thread.
 */
final class ChainWalk {

  private final ChunkStore store;
  private final TimeRange range;
  private final List<String> breaks = new ArrayList<>();
  private final List<Proof.Stretch> stretches = new ArrayList<>();

  ChainWalk(ChunkStore store, TimeRange range) {
    this.store = store;
    this.range = range;
  }

  /**
   * @param missing what is listed of the range and on no disk
   */
  Proof walk(Collection<ChunkFileId> files, List<FileRow> missing) {
    Map<RunId, List<FragmentEntry>> byRun = new HashMap<>();
    Set<ChunkFileId> inOrder = new TreeSet<>(Comparator.comparingLong(ChunkFileId::value));
    inOrder.addAll(files);
    for (ChunkFileId file : inOrder) {
      for (FragmentEntry fragment : fragments(file)) {
        byRun.computeIfAbsent(fragment.run(), run -> new ArrayList<>()).add(fragment);
      }
    }
    byRun.values().forEach(this::follow);
    for (FileRow row : missing) {
      breaks.add(row.file() + " is missing, with " + row.fragments() + " fragments");
    }
    if (stretches.isEmpty() && breaks.isEmpty()) {
      breaks.add("nothing is stored of this range");
    }
    stretches.sort(Comparator.comparingLong(stretch -> stretch.range().fromNs()));
    return new Proof(stretches, breaks);
  }

  private List<FragmentEntry> fragments(ChunkFileId file) {
    try {
      FileVerification found = store.verify(file);
      breaks.addAll(found.problems());
      return Stream.concat(
              found.records().fragments().stream(), found.records().forgotten().stream())
          .toList();
    } catch (WeirException e) {
      breaks.add(file + ": " + e.getMessage());
      return List.of();
    }
  }

  /** One run, from number to number. */
  private void follow(List<FragmentEntry> run) {
    List<FragmentEntry> ordered =
        run.stream().sorted(Comparator.comparing(FragmentEntry::number)).toList();
    var open = new ArrayList<FragmentEntry>();
    Bytes head = Bytes.EMPTY;
    for (FragmentEntry fragment : ordered) {
      boolean linked = fragment.previousHash().equals(head);
      boolean begins = fragment.previousHash().equals(Chain.BEGINNING);
      boolean within = range.intersects(fragment.producerTimeNs(), fragment.producerEndNs());
      if (!linked && !open.isEmpty()) {
        if (within && fragment.state() != FragmentState.TRUNCATED) {
          breaks.add(
              "fragment "
                  + fragment.number()
                  + (begins ? " begins a chain of its own" : " does not follow the one before it"));
        }
        close(open);
      }
      if (within) {
        String lacks = lacks(fragment.state());
        if (lacks.isEmpty()) {
          open.add(fragment);
        } else {
          breaks.add("fragment " + fragment.number() + lacks);
          close(open);
        }
      }
      head = fragment.hash();
    }
    close(open);
  }

  private static String lacks(FragmentState state) {
    return switch (state) {
      case WHOLE -> "";
      case TRUNCATED -> " was cut off by a crash before it was acknowledged";
      case THINNED -> " was thinned: only its key frames are left";
      case FORGOTTEN -> " was deleted on request";
    };
  }

  private void close(List<FragmentEntry> open) {
    if (open.isEmpty()) {
      return;
    }
    FragmentEntry first = open.getFirst();
    FragmentEntry last = open.getLast();
    stretches.add(
        new Proof.Stretch(
            first.run(),
            new TimeRange(first.producerTimeNs(), last.producerEndNs()),
            first.number(),
            last.number(),
            open.size(),
            last.hash(),
            first.previousHash().equals(Chain.BEGINNING)));
    open.clear();
  }
}
