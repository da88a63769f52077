// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures by name, one a round: printed as median (least to most). Confined to one thread. */
final class Figures {

  private final Map<String, List<Double>> byName = new LinkedHashMap<>();

  void add(String name, double value) {
    byName.computeIfAbsent(name, ignored -> new ArrayList<>()).add(value);
  }

  double median(String name) {
    List<Double> sorted = sorted(name);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private List<Double> sorted(String name) {
    return byName.getOrDefault(name, List.of()).stream().sorted().toList();
  }

  void print() {
    byName.forEach((name, values) ->
        System.out.println(
            String.format(
                Locale.ROOT,
                "%-44s %10.2f   (%.2f to %.2f, %d rounds)",
                name,
                median(name),
                sorted(name).getFirst(),
                sorted(name).getLast(),
                values.size())));
  }

  void printRatio(String what, String ours, String theirs) {
    System.out.println(
        String.format(Locale.ROOT, "%-44s %10.2f", what, median(ours) / median(theirs)));
  }
}
