// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Acknowledgement lines; those that come before anybody listens are kept. Thread-safe. */
final class EarlyLines implements Consumer<String> {

  private final List<String> early = new ArrayList<>();
  private Optional<Consumer<String>> listener = Optional.empty();

  @Override
  public void accept(String line) {
    Optional<Consumer<String>> heard;
    synchronized (this) {
      heard = listener;
      if (heard.isEmpty()) {
        early.add(line);
      }
    }
    heard.ifPresent(each -> each.accept(line));
  }

  /** Lines that came before are given at once. */
  void listen(Consumer<String> consumer) {
    List<String> before;
    synchronized (this) {
      listener = Optional.of(consumer);
      before = List.copyOf(early);
      early.clear();
    }
    before.forEach(consumer);
  }
}
