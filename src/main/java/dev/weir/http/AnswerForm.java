// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import java.util.Map;

/** How the answers of a route look to its clients. Thread-safe. */
interface AnswerForm {

  /** Of the native API. */
  AnswerForm PROBLEMS =
      new AnswerForm() {
        @Override
        public Response of(Problem problem) {
          return problem.response();
        }

        @Override
        public Response of(Throwable failure) {
          return Problems.of(failure).response();
        }
      };

  /** Fields that a body without an end has beside the usual ones. */
  default Map<String, String> headers() {
    return Map.of();
  }

  Response of(Problem problem);

  Response of(Throwable failure);
}
