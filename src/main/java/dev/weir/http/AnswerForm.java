// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

/** How the clients of a route read failures. Thread-safe. */
interface FailureForm {

  /** Of the native API. */
  FailureForm PROBLEMS =
      new FailureForm() {
        @Override
        public Response of(Problem problem) {
          return problem.response();
        }

        @Override
        public Response of(Throwable failure) {
          return Problems.of(failure).response();
        }
      };

  Response of(Problem problem);

  Response of(Throwable failure);
}
