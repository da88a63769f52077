// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.model.Bytes;
import dev.weir.model.LimitExceeded;
import dev.weir.model.WeirException;
import dev.weir.playback.Pieces;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: one request at a time, read message by message (auto-read is off),
 * answered in order. Confined to the channel's event loop; blocking handlers run on the read pool
 * and come back.
 */
final class Connection extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int LARGEST_SMALL_BODY = 64 << 10;

  private final Channel channel;
  private final Router router;
  private final WorkPool pool;
  private final WorkPool decoding;
  private final ConnectionLimits limits;
  private final Deadline deadline;
  private final AnswerWriter writer;

  private enum State {
    /** Waiting for a request head. */
    HEAD,
    /** Collecting a small body. */
    BODY,
    /** A push: the body goes to the exchange. */
    PUSH,
    /** Answering; nothing is read. */
    ANSWER,
    /** Sending a body without an end; only the client's end is waited for. */
    ENDLESS,
    /** Refused: what comes is thrown away until the client has read the answer. */
    DRAIN
  }

  private State state = State.HEAD;
  private Asked asked = Asked.NOTHING;
  private AnswerForm form = AnswerForm.PROBLEMS;
  private ByteArrayOutputStream body = new ByteArrayOutputStream();
  private Consumer<Bytes> whenBodyIsRead = ignored -> {};
  private @Nullable PushExchange push;
  private boolean inputEnded;
  private long drained;

  Connection(
      Channel channel,
      Router router,
      WorkPool pool,
      WorkPool decoding,
      ConnectionLimits limits,
      Metrics metrics) {
    this.channel = channel;
    this.router = router;
    this.pool = pool;
    this.decoding = decoding;
    this.limits = limits;
    this.deadline = new Deadline(channel.eventLoop());
    this.writer = new AnswerWriter(channel, pool, metrics, deadline, limits.sendMillis());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    await();
  }

  private void answered() {
    if (asked.keepAlive()) {
      await();
    } else {
      closeAfterDrain();
    }
  }

  /** Waits for a request. */
  private void await() {
    state = State.HEAD;
    asked = Asked.NOTHING;
    form = AnswerForm.PROBLEMS;
    deadline.within(limits.idleMillis(), channel::close);
    channel.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case StrictRequestDecoder.Begins _ -> begins();
      case HttpRequest head when state == State.HEAD && channel.isActive() -> {
        head(head);
        ReferenceCountUtil.release(head);
      }
      case HttpContent content -> content(content);
      default -> discard(message);
    }
  }

  private void begins() {
    if (state == State.HEAD) {
      deadline.within(limits.headMillis(), this::late);
    }
    channel.read();
  }

  private void late() {
    refuse(Problem.timeout("request too slow", "not whole within " + limits.headMillis() + " ms"));
  }

  private void head(HttpRequest head) {
    asked = Asked.of(head);
    if (head.decoderResult().isFailure()) {
      refuse(Problems.ofHead(head.decoderResult().cause()));
      return;
    }
    Request request;
    try {
      request = RequestHead.read(head, (InetSocketAddress) channel.localAddress());
    } catch (IllegalArgumentException e) {
      refuse(Problem.malformed(String.valueOf(e.getMessage())));
      return;
    }
    asked = asked.with(request);
    route(head, request);
  }

  private void route(HttpRequest head, Request request) {
    if (OffRoute.isForeign(request)) {
      offRoute(head, OffRoute.foreign(request));
      return;
    }
    Optional<Router.Match> found = router.match(head.method(), request.path());
    if (found.isEmpty()) {
      offRoute(head, OffRoute.answer(request, router.methods(request.path())));
      return;
    }
    Request matched = request.with(found.get().variables());
    if (found.get().handler() instanceof Router.Guarded guarded) {
      switch (guarded.admit(matched)) {
        case Router.Refused(Response answer) -> refuse(answer);
        case Router.Granted(Router.Handler handler, AnswerForm its) -> {
          form = its;
          take(head, handler, matched);
        }
      }
    } else {
      take(head, found.get().handler(), matched);
    }
  }

  private void take(HttpRequest head, Router.Handler handler, Request matched) {
    if (handler instanceof Router.Push pushed) {
      state = State.ANSWER;
      deadline.met();
      openPush(pushed, matched, HttpUtil.is100ContinueExpected(head));
    } else {
      collect(head, whole -> answer(handler, matched.with(whole)));
    }
  }

  private void offRoute(HttpRequest head, Response answer) {
    if (HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0) {
      refuse(answer);
    } else {
      collect(head, ignored -> send(answer, false));
    }
  }

  /** Reads a body that is no push, then goes on. */
  private void collect(HttpRequest head, Consumer<Bytes> then) {
    if (HttpUtil.getContentLength(head, 0L) > LARGEST_SMALL_BODY) {
      refuseLargeBody();
      return;
    }
    state = State.BODY;
    body = new ByteArrayOutputStream();
    whenBodyIsRead = then;
    if (HttpUtil.is100ContinueExpected(head)) {
      writer.askForBody();
    }
    channel.read();
  }

  private void content(HttpContent content) {
    PushExchange exchange = push;
    switch (state) {
      case PUSH -> {
        if (exchange != null) {
          exchange.content(content);
        } else {
          content.release();
        }
      }
      case BODY -> collect(content);
      case HEAD, ANSWER, ENDLESS, DRAIN -> discard(content);
    }
  }

  private void collect(HttpContent content) {
    byte[] bytes = ByteBufUtil.getBytes(content.content());
    content.release();
    body.writeBytes(bytes);
    if (content.decoderResult().isFailure()) {
      refuse(Problem.malformed("a body that breaks its framing"));
    } else if (body.size() > LARGEST_SMALL_BODY) {
      refuseLargeBody();
    } else if (content instanceof LastHttpContent) {
      deadline.met();
      state = State.ANSWER;
      whenBodyIsRead.accept(Bytes.copyOf(body.toByteArray()));
    } else {
      channel.read();
    }
  }

  private void refuseLargeBody() {
    refuse(
        Problems.of(
            new LimitExceeded(
                "request body", "body", "at most " + LARGEST_SMALL_BODY + " bytes", "more")));
  }

  private void answer(Router.Handler handler, Request request) {
    switch (handler) {
      case Router.Blocking blocking -> on(pool, () -> respond(blocking.answer(request)));
      case Router.Decoding pictures -> on(decoding, () -> respond(pictures.answer(request)));
      case Router.Endless endless -> on(pool, () -> sendPieces(endless.open(request), pool));
      case Router.Pictures pictures ->
          on(decoding, () -> sendPieces(pictures.open(request), decoding));
      case Router.Push _, Router.Guarded _ ->
          throw new IllegalStateException("not answered here: " + handler);
    }
  }

  /** Runs on a pool; whatever fails there becomes the answer. */
  private void on(WorkPool where, Runnable task) {
    try {
      where.execute(() -> {
        try {
          task.run();
        } catch (RuntimeException e) {
          respond(form.of(e));
        }
      });
    } catch (WeirException e) {
      send(form.of(e), false);
    }
  }

  private void respond(Response response) {
    channel.eventLoop().execute(() -> send(response, true));
  }

  private void send(Response response, boolean rangeable) {
    writer.send(asked, response, rangeable, this::answered);
  }

  /** Runs on a pool. */
  private void sendPieces(Pieces opened, WorkPool polling) {
    channel.eventLoop().execute(() -> sendEndless(opened, polling));
  }

  private void sendEndless(Pieces media, WorkPool polling) {
    if (!asked.head()) {
      asked = asked.last();
      state = State.ENDLESS;
    }
    writer.send(asked, media, form.headers(), polling, this::answered);
    if (state == State.ENDLESS) {
      channel.read();
    }
  }

  private void openPush(Router.Push handler, Request request, boolean expectsContinue) {
    try {
      pool.execute(() -> {
        try {
          PushBody opened = handler.open(request);
          channel.eventLoop().execute(() -> startPush(opened, expectsContinue));
        } catch (RuntimeException e) {
          channel.eventLoop().execute(() -> refuse(form.of(e)));
        }
      });
    } catch (WeirException e) {
      refuse(form.of(e));
    }
  }

  private void startPush(PushBody opened, boolean expectsContinue) {
    if (!channel.isActive()) {
      opened.abort("the connection was closed");
      return;
    }
    if (expectsContinue) {
      writer.askForBody();
    }
    if (opened.lines().isPresent() && (asked.unchunked() || opened.lines().get().form().closes())) {
      asked = asked.last();
    }
    state = State.PUSH;
    var exchange = new PushExchange(channel, writer, asked, opened, limits, new PushEnd());
    push = exchange;
    exchange.start();
  }

  /** How a push comes back to its connection. */
  private final class PushEnd implements PushExchange.End {

    @Override
    public void answered(Response response, boolean bodyRead) {
      push = null;
      state = State.ANSWER;
      if (bodyRead) {
        send(response, false);
      } else {
        refuse(response);
      }
    }

    @Override
    public void streamed(boolean bodyRead) {
      push = null;
      state = State.ANSWER;
      asked = bodyRead ? asked : asked.last();
      writer.end(Connection.this::answered);
    }
  }

  private void refuse(Problem problem) {
    refuse(form.of(problem));
  }

  /**
   * Answers before the body has come to its end: the client is told to stop, and what it still
   * sends is thrown away for a while.
   */
  private void refuse(Response response) {
    deadline.met();
    state = State.ANSWER;
    asked = asked.last();
    send(response, false);
  }

  /** A close with unread bytes would reset the connection and take the answer with it. */
  private void closeAfterDrain() {
    if (inputEnded) {
      channel.close();
      return;
    }
    state = State.DRAIN;
    drained = 0;
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
    deadline.within(limits.drainMillis(), channel::close);
    channel.read();
  }

  /** Throws away what nobody wants; beyond the bound it stays unread until the connection ends. */
  private void discard(Object message) {
    if (message instanceof HttpContent content) {
      drained += content.content().readableBytes();
    }
    ReferenceCountUtil.release(message);
    boolean draining = state == State.DRAIN && drained <= limits.drainBytes();
    if (draining || state == State.ENDLESS) {
      channel.read();
    }
  }

  /** One direction has ended; the channel stays open until both have. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    PushExchange exchange = push;
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (exchange != null) {
        exchange.inputEnded();
      } else {
        channel.close();
      }
    } else if (event instanceof ChannelOutputShutdownEvent) {
      if (exchange != null) {
        exchange.outputEnded();
      } else if (state != State.DRAIN) {
        channel.close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    deadline.met();
    PushExchange exchange = push;
    if (exchange != null) {
      push = null;
      exchange.inputEnded();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    PushExchange exchange = push;
    if (exchange != null) {
      exchange.writabilityChanged();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      // The end of that direction follows as an event, after what had arrived before.
      LOG.debug("connection broke: {}", cause.toString());
    } else {
      LOG.error("connection closed after an unexpected failure", cause);
      channel.close();
    }
  }
}
