// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.kinesis.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What lies behind the URLs of one kind of session, for whoever has the token. Thread-safe. */
public interface SessionResources {

  /** The path that all of it is in. */
  String folder();

  /** What lies in the folder. */
  List<String> names();

  /**
   * Something of a session. Blocks on the archive.
   *
   * @param name one of {@link #names}
   * @param parameter of the query, by its name
   * @throws Refusal when the token does not count
   */
  Answer resource(String name, Function<String, Optional<String>> parameter);
}
