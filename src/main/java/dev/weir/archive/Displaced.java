// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.CheckReport.Contested;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.store.ChunkStore;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the live order of one stream was given out twice, as a repair found it: fragments of the
 * first time keep their media and have no place any more, as if they had come late. Their records
 * stay as they are, since their hashes cover the place. Kept in a small document, a line each:
 * counter and ordinal of the first fragment of the second time. Guarded by its stream's lock, but
 * for {@link #save}.
 */
final class Displaced {

  private static final Logger LOG = LoggerFactory.getLogger(Displaced.class);

  private static final String DOCUMENT = "displaced";
  private static final Pattern LINE = Pattern.compile("(\\d{1,18}) (\\d{1,18})");

  private final Set<Contested> all = new LinkedHashSet<>();

  /** What is known now; a copy. */
  Set<Contested> all() {
    return Set.copyOf(all);
  }

  void add(Collection<Contested> more) {
    all.addAll(more);
  }

  /** A fragment as it counts in the live order. */
  FragmentEntry seen(FragmentEntry fragment) {
    return seen(all, fragment);
  }

  /** The same for a copy. */
  static FragmentEntry seen(Collection<Contested> all, FragmentEntry fragment) {
    boolean displaced =
        fragment.live().isPresent()
            && all.stream()
                .anyMatch(each ->
                    fragment.number().counter() < each.counter()
                        && fragment.live().get().liveOrdinal() >= each.ordinal());
    return displaced ? fragment.withoutPlace() : fragment;
  }

  /** Blocks on the disk. */
  static void save(ChunkStore store, StreamId stream, Collection<Contested> all) {
    var text = new StringBuilder();
    all.forEach(
        each -> text.append(each.counter()).append(' ').append(each.ordinal()).append('\n'));
    store.writeDocument(stream, DOCUMENT, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Where copies differ, all that any says counts. */
  void restore(ChunkStore store, StreamId stream) {
    for (byte[] copy : store.readDocuments(stream, DOCUMENT)) {
      for (String line : new String(copy, StandardCharsets.UTF_8).lines().toList()) {
        Optional<Contested> read = parse(stream, line);
        if (read.isEmpty()) {
          LOG.error("of stream {}, a line of its displaced fragments can't be read", stream);
        }
        read.ifPresent(all::add);
      }
    }
  }

  private static Optional<Contested> parse(StreamId stream, String line) {
    Matcher fields = LINE.matcher(line);
    return fields.matches()
        ? Optional.of(
            new Contested(stream, Long.parseLong(fields.group(1)), Long.parseLong(fields.group(2))))
        : Optional.empty();
  }
}
