// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.kinesis.Caller;
import dev.weir.kinesis.signature.Claim;
import dev.weir.kinesis.signature.SignedHead;
import dev.weir.kinesis.video.Answer;
import dev.weir.kinesis.video.Operation;
import dev.weir.kinesis.video.PutMedia;
import dev.weir.kinesis.video.SessionResources;
import dev.weir.kinesis.video.VideoService;
import dev.weir.playback.Pieces;
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
  private final LastErrors lastErrors;
  private final Metrics metrics;

  KinesisFace(Services services, LastErrors lastErrors, Metrics metrics) {
    this.video = services.video();
    this.publicUrl = services.publicUrl();
    this.lastErrors = lastErrors;
    this.metrics = metrics;
  }

  void addTo(Router router) {
    for (SessionResources sessions : video.sessions()) {
      for (String name : sessions.names()) {
        router.add(
            HttpMethod.GET,
            sessions.folder() + name,
            (Router.Guarded) head -> admitSession(sessions));
      }
    }
    router.add(HttpMethod.POST, PutMedia.PATH, (Router.Guarded) this::admitPutMedia);
    for (Operation operation : video.operations()) {
      router.add(
          HttpMethod.POST, operation.path(), (Router.Guarded) head -> admit(operation, head));
    }
  }

  private Router.Admission admitPutMedia(Request head) {
    var replies = new KinesisReplies();
    try {
      Caller caller =
          video
              .signatures()
              .claim(signed(head), VideoService.SIGNED_FOR, true)
              .covering(PutMedia.HEADERS)
              .caller();
      return new Router.Granted(
          new KinesisPush(video, caller, replies, lastErrors, metrics), replies);
    } catch (RuntimeException e) {
      return new Router.Refused(replies.of(e));
    }
  }

  private Router.Admission admit(Operation operation, Request head) {
    var replies = new KinesisReplies();
    try {
      Claim claim = video.signatures().claim(signed(head), VideoService.SIGNED_FOR, false);
      return new Router.Granted(handler(operation, claim, replies), replies);
    } catch (RuntimeException e) {
      return new Router.Refused(replies.of(e));
    }
  }

  /** No signature: whoever has the token may. */
  private static Router.Admission admitSession(SessionResources sessions) {
    var replies = new KinesisReplies();
    Router.Blocking handler =
        request -> reply(sessions.resource(request.path().getLast(), request::parameter), replies);
    return new Router.Granted(handler, replies);
  }

  private Router.Handler handler(Operation operation, Claim claim, KinesisReplies replies) {
    return switch (operation.kind()) {
      case READING ->
          (Router.Blocking) request -> reply(answer(operation, claim, request), replies);
      case DECODING ->
          (Router.Decoding) request -> reply(answer(operation, claim, request), replies);
      case ENDLESS ->
          (Router.Endless) request -> endless(operation, answer(operation, claim, request));
    };
  }

  private Answer answer(Operation operation, Claim claim, Request request) {
    byte[] body = request.body().toArray();
    Caller caller = claim.caller(body);
    return operation.answer(caller, body, endpoint(request));
  }

  private static Pieces endless(Operation operation, Answer answer) {
    if (answer instanceof Answer.Endless(Pieces body)) {
      return body;
    }
    throw new IllegalStateException(operation.name() + " answers " + answer);
  }

  private static Response reply(Answer answer, KinesisReplies replies) {
    return switch (answer) {
      case Answer.Json(var json) -> replies.json(json.toString());
      case Answer.Media(String contentType, var media) ->
          replies.marked(Response.of(HttpResponseStatus.OK, contentType, media));
      case Answer.Endless(Pieces body) -> {
        body.close();
        throw new IllegalStateException("an answer without an end");
      }
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
