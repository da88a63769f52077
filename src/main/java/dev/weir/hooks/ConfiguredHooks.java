// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.control.Stream;
import dev.weir.model.StreamId;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the hooks that streams are configured with in step with their configuration. Confined to
 * the thread that looks for streams.
 */
final class ConfiguredHooks {

  private final Roster roster;
  private final Couriers couriers;
  private final Checkpoints checkpoints;
  private final InstantSource clock;

  private record Configured(StreamId stream, StreamConfiguration configuration) {}

  private final Map<String, Configured> known = new HashMap<>();

  ConfiguredHooks(Roster roster, Couriers couriers, Checkpoints checkpoints, InstantSource clock) {
    this.roster = roster;
    this.couriers = couriers;
    this.checkpoints = checkpoints;
    this.clock = clock;
  }

  void look(List<Stream> streams) {
    for (Stream stream : streams) {
      for (StreamConfiguration.Kind kind : StreamConfiguration.Kind.values()) {
        set(kind, stream, StreamConfiguration.of(kind, stream, clock.instant()));
      }
    }
    Set<StreamId> there = streams.stream().map(Stream::id).collect(Collectors.toSet());
    for (Map.Entry<String, Configured> each : List.copyOf(known.entrySet())) {
      if (!there.contains(each.getValue().stream)) {
        end(each.getKey());
      }
    }
  }

  private void set(
      StreamConfiguration.Kind kind, Stream stream, Optional<StreamConfiguration> wanted) {
    String id = kind.hookOf(stream);
    Optional<Configured> has = Optional.ofNullable(known.get(id));
    if (wanted.filter(couriers::canDeliver).isEmpty()) {
      has.ifPresent(each -> end(id));
      // Switched on again later, it begins with what comes then.
      String key = Courier.key(id, stream);
      if (checkpoints.find(key) != null) {
        checkpoints.remove(key);
      }
      return;
    }
    StreamConfiguration configuration = wanted.get();
    boolean same =
        has.filter(
                each -> each.stream.equals(stream.id()) && each.configuration.sameAs(configuration))
            .isPresent();
    if (!same) {
      known.put(id, new Configured(stream.id(), configuration));
      roster.put(couriers.configured(configuration));
    }
  }

  private void end(String id) {
    known.remove(id);
    roster.remove(id);
  }
}
