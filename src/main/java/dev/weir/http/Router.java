// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.playback.Pieces;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table of routes: a method and a path with names in braces, each of which stands for one
 * segment. Immutable once built.
 */
final class Router {

  /** What answers a route. */
  sealed interface Handler {}

  /** Answers on the read pool; may touch disk and SQL. */
  non-sealed interface Blocking extends Handler {
    Response answer(Request request);
  }

  /** Answers on the decode pool, where waiting for a picture holds nobody else up. */
  non-sealed interface Decoding extends Handler {
    Response answer(Request request);
  }

  /** Sends pictures one after another; called and pulled on the decode pool. */
  non-sealed interface Pictures extends Handler {
    Pieces open(Request request);
  }

  /** Takes a body of any length, as it comes. */
  non-sealed interface Push extends Handler {
    /** Called on the read pool; what it gives is then fed on the event loop. */
    PushBody open(Request request);
  }

  /** Sends a body without an end; called on the read pool. */
  non-sealed interface Endless extends Handler {
    Pieces open(Request request);
  }

  /**
   * Looks at a head on the event loop before anything else is read or answered, 100 Continue
   * included; does no I/O.
   */
  non-sealed interface Guarded extends Handler {
    Admission admit(Request head);
  }

  /** What becomes of a request at a guarded route. */
  sealed interface Admission {}

  /**
   * It goes on.
   *
   * @param form how its answers look
   */
  record Granted(Handler handler, AnswerForm form) implements Admission {}

  /** It is answered without its body being read. */
  record Refused(Response answer) implements Admission {}

  private record Route(HttpMethod method, List<String> pattern, Handler handler) {}

  /** A route that matches, and what its names stand for. */
  record Match(Handler handler, Map<String, String> variables) {}

  private final List<Route> routes = new ArrayList<>();

  Router get(String path, Blocking handler) {
    return add(HttpMethod.GET, path, handler);
  }

  Router endless(String path, Endless handler) {
    return add(HttpMethod.GET, path, handler);
  }

  Router pictures(String path, Pictures handler) {
    return add(HttpMethod.GET, path, handler);
  }

  Router decoding(String path, Decoding handler) {
    return add(HttpMethod.GET, path, handler);
  }

  /** Method and path of each route of the native API, with names in braces. */
  List<String> paths() {
    return routes.stream()
        .filter(route -> !(route.handler instanceof Guarded))
        .map(route -> route.method + " /" + String.join("/", route.pattern))
        .toList();
  }

  Router add(HttpMethod method, String path, Handler handler) {
    routes.add(new Route(method, List.of(path.substring(1).split("/", -1)), handler));
    return this;
  }

  /** The handler of a request; HEAD is answered as GET. */
  Optional<Match> match(HttpMethod method, List<String> segments) {
    HttpMethod wanted = method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
    for (Route route : routes) {
      Optional<Map<String, String>> variables = variables(route.pattern, segments);
      if (route.method.equals(wanted) && variables.isPresent()) {
        return Optional.of(new Match(route.handler, variables.get()));
      }
    }
    return Optional.empty();
  }

  /** Methods that a path knows; empty when there is nothing at the path. */
  Set<String> methods(List<String> segments) {
    var methods = new LinkedHashSet<String>();
    for (Route route : routes) {
      if (variables(route.pattern, segments).isPresent()) {
        methods.add(route.method.name());
        if (route.method.equals(HttpMethod.GET)) {
          methods.add("HEAD");
        }
      }
    }
    return methods;
  }

  private static Optional<Map<String, String>> variables(
      List<String> pattern, List<String> segments) {
    if (segments.size() != pattern.size()) {
      return Optional.empty();
    }
    var variables = new HashMap<String, String>();
    for (int i = 0; i < pattern.size(); i++) {
      String expected = pattern.get(i);
      if (expected.startsWith("{")) {
        variables.put(expected.substring(1, expected.length() - 1), segments.get(i));
      } else if (!expected.equals(segments.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }
}
