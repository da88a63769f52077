// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.kinesis.Refusals;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.UUID;

/** The answers to one request, as Amazon's clients read them. Immutable. */
final class KinesisReplies implements AnswerForm {

  /** Clients look for it letter by letter. */
  private static final String REQUEST_ID = "x-amzn-RequestId";

  private static final String ERROR_TYPE = "x-amzn-ErrorType";
  static final String JSON = "application/json";

  private final String requestId = UUID.randomUUID().toString();

  @Override
  public Map<String, String> headers() {
    return Map.of(REQUEST_ID, requestId);
  }

  Response json(String body) {
    return marked(Response.text(HttpResponseStatus.OK, JSON, body));
  }

  Response marked(Response answer) {
    return answer.with(REQUEST_ID, requestId);
  }

  @Override
  public Response of(Throwable failure) {
    Refusal refusal = Refusals.of(failure);
    String name = refusal.error().wireName();
    String body = Json.object().put("__type", name).put("Message", refusal.text()).toString();
    return marked(
        Response.text(HttpResponseStatus.valueOf(refusal.error().status()), JSON, body)
            .with(ERROR_TYPE, name));
  }

  @Override
  public Response of(Problem problem) {
    int status = problem.status().code();
    ErrorName name =
        status < HttpResponseStatus.INTERNAL_SERVER_ERROR.code()
            ? ErrorName.INVALID_ARGUMENT
            : ErrorName.SERVICE_UNAVAILABLE;
    return of(new Refusal(name, problem.title() + ": " + problem.detail()));
  }
}
