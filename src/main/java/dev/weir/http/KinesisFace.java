// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.kinesis.Caller;
import dev.weir.kinesis.signature.Claim;
import dev.weir.kinesis.signature.SignedHead;
import dev.weir.kinesis.video.Answer;
import dev.weir.kinesis.video.Operation;
import dev.weir.kinesis.video.VideoService;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The routes of the API that Amazon's clients know: each request is looked at by its head alone,
 * then handed to its operation. Thread-safe.
 */
final class KinesisFace {

  private final VideoService video;
  private final Optional<String> publicUrl;

  KinesisFace(Services services) {
    this.video = services.video();
    this.publicUrl = services.publicUrl();
  }

  void addTo(Router router) {
    for (Operation operation : video.operations()) {
      router.add(
          HttpMethod.POST, operation.path(), (Router.Guarded) head -> admit(operation, head));
    }
  }

  private Router.Admission admit(Operation operation, Request head) {
    var replies = new KinesisReplies();
    try {
      Claim claim = video.signatures().claim(signed(head), VideoService.SIGNED_FOR, false);
      Router.Blocking handler = request -> answer(operation, claim, request, replies);
      return new Router.Granted(handler, replies);
    } catch (RuntimeException e) {
      return new Router.Refused(replies.of(e));
    }
  }

  private Response answer(
      Operation operation, Claim claim, Request request, KinesisReplies replies) {
    byte[] body = request.body().toArray();
    Caller caller = claim.caller(body);
    return switch (operation.answer(caller, body, endpoint(request))) {
      case Answer.Json(var json) -> replies.json(json.toString());
      case Answer.Media(String contentType, var media) ->
          replies.marked(Response.of(HttpResponseStatus.OK, contentType, media));
      case Answer.Endless _ -> throw new IllegalStateException("endless: " + operation.name());
    };
  }

  /** Scheme, host and port, to which clients append a path. */
  private String endpoint(Request request) {
    return publicUrl.orElseGet(() -> "http://" + request.localAuthority());
  }

  static SignedHead signed(Request head) {
    List<SignedHead.Field> fields =
        head.headers().entries().stream()
            .map(field ->
                new SignedHead.Field(field.getKey().toLowerCase(Locale.ROOT), field.getValue()))
            .toList();
    return new SignedHead(head.method().name(), head.pathText(), head.query(), fields);
  }
}
