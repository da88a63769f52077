// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.model.Bytes;
import dev.weir.model.LimitExceeded;
import dev.weir.model.WeirException;
import dev.weir.playback.live.EndlessMedia;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

  private final Router router;
  private final WorkPool pool;
  private final WorkPool decoding;
  private final PushLimits pushLimits;
  private final Metrics metrics;

  private enum State {
    /** Waiting for a request head. */
    HEAD,
    /** Collecting a small body. */
    BODY,
    /** A push: the body goes to the exchange. */
    PUSH,
    /** Answering; nothing is read. */
    ANSWER,
    /** Refused: what comes is thrown away until the client has read the answer. */
    DRAIN
  }

  private State state = State.HEAD;
  private boolean keepAlive;
  private boolean head;
  private @Nullable Request request;
  private Router.@Nullable Match match;
  private @Nullable CompositeByteBuf body;
  private @Nullable PushExchange push;
  private long drained;

  Connection(
      Router router, WorkPool pool, WorkPool decoding, PushLimits pushLimits, Metrics metrics) {
    this.router = router;
    this.pool = pool;
    this.decoding = decoding;
    this.pushLimits = pushLimits;
    this.metrics = metrics;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!ctx.channel().isActive() && state != State.PUSH) {
      ReferenceCountUtil.release(message);
      return;
    }
    switch (message) {
      case HttpRequest started -> begin(ctx, started);
      case HttpContent content -> content(ctx, content);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest started) {
    keepAlive = HttpUtil.isKeepAlive(started);
    head = started.method().equals(HttpMethod.HEAD);
    if (started.decoderResult().isFailure()) {
      keepAlive = false;
      refuse(
          ctx,
          Problems.problem(
              HttpResponseStatus.BAD_REQUEST,
              "malformed-request",
              "malformed request",
              String.valueOf(started.decoderResult().cause().getMessage())));
      return;
    }
    Request decoded;
    try {
      decoded = decode(ctx.channel(), started);
    } catch (IllegalArgumentException e) {
      refuse(
          ctx,
          Problems.problem(
              HttpResponseStatus.BAD_REQUEST,
              "malformed-request",
              "malformed request target",
              "a target that can't be decoded"));
      return;
    }
    if (started.method().equals(HttpMethod.OPTIONS)) {
      preflight(ctx, decoded);
      return;
    }
    Optional<Router.Match> found = router.match(started.method(), decoded.path());
    if (found.isEmpty()) {
      Set<String> methods = router.methods(decoded.path());
      refuse(
          ctx,
          methods.isEmpty()
              ? Problems.problem(
                  HttpResponseStatus.NOT_FOUND, "not-found", "no such resource", decoded.path())
              : Problems.problem(
                      HttpResponseStatus.METHOD_NOT_ALLOWED,
                      "method",
                      "method not allowed",
                      started.method().name())
                  .with(HttpHeaderNames.ALLOW, String.join(", ", methods)));
      return;
    }
    request = decoded.with(found.get().variables());
    match = found.get();
    boolean expects = HttpUtil.is100ContinueExpected(started);
    if (found.get().handler() instanceof Router.Push handler) {
      state = State.ANSWER;
      openPush(ctx, handler, request, expects);
    } else {
      state = State.BODY;
      body = ctx.alloc().compositeBuffer(256);
      if (expects) {
        ctx.writeAndFlush(
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
      }
      ctx.read();
    }
  }

  /** The target may be in absolute form, as clients send it to a proxy (RFC 9112 § 3.2.2). */
  private static Request decode(Channel channel, HttpRequest started) {
    String target = started.uri();
    if (!target.startsWith("/") && !target.equals("*")) {
      URI uri = URI.create(target);
      target =
          (uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
              + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }
    var decoder = new QueryStringDecoder(target);
    String path = decoder.path().startsWith("/") ? decoder.path() : "/" + decoder.path();
    String raw = decoder.rawPath();
    if (raw.toLowerCase(Locale.ROOT).contains("%2f") || raw.contains("%00")) {
      // An encoded slash would make one segment look like two.
      path = "/" + raw;
    }
    var address = (InetSocketAddress) channel.localAddress();
    String host =
        Optional.ofNullable(started.headers().get(HttpHeaderNames.HOST))
            .orElse(address.getHostString());
    String authority = host.contains(":") ? host : host + ":" + address.getPort();
    return new Request(
        started.method(),
        path,
        decoder.rawQuery(),
        Map.of(),
        decoder.parameters(),
        started.headers(),
        Bytes.EMPTY,
        authority);
  }

  private void preflight(ChannelHandlerContext ctx, Request decoded) {
    Set<String> methods = router.methods(decoded.path());
    Response answer =
        Response.empty(
                methods.isEmpty() ? HttpResponseStatus.NOT_FOUND : HttpResponseStatus.NO_CONTENT)
            .with(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, String.join(", ", methods))
            .with(
                HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
                "Range, If-Range, If-None-Match, Content-Type, Accept")
            .with(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "86400");
    state = State.BODY;
    match = new Router.Match((Router.Blocking) ignored -> answer, Map.of());
    request = decoded;
    body = ctx.alloc().compositeBuffer(256);
    ctx.read();
  }

  private void content(ChannelHandlerContext ctx, HttpContent content) {
    switch (state) {
      case BODY -> collect(ctx, content);
      case PUSH -> {
        PushExchange exchange = push;
        if (exchange != null) {
          exchange.content(content);
        }
      }
      case DRAIN -> drain(ctx, content);
      case HEAD, ANSWER -> content.release();
    }
  }

  private void collect(ChannelHandlerContext ctx, HttpContent content) {
    CompositeByteBuf into = body;
    if (into == null || content.decoderResult().isFailure()) {
      content.release();
      keepAlive = false;
      refuse(
          ctx,
          Problems.problem(
              HttpResponseStatus.BAD_REQUEST,
              "malformed-request",
              "malformed body",
              "a body that breaks its framing"));
      return;
    }
    into.addComponent(true, content.content());
    if (into.readableBytes() > LARGEST_SMALL_BODY) {
      refuse(
          ctx,
          Problems.of(
              new LimitExceeded(
                  "request body", "body", "at most " + LARGEST_SMALL_BODY + " bytes", "more")));
    } else if (content instanceof LastHttpContent) {
      byte[] bytes = ByteBufUtil.getBytes(into);
      releaseBody();
      answer(ctx, bytes);
    } else {
      ctx.read();
    }
  }

  private void answer(ChannelHandlerContext ctx, byte[] bytes) {
    state = State.ANSWER;
    Request current = Objects.requireNonNull(request).with(Bytes.copyOf(bytes));
    Router.Handler handler = Objects.requireNonNull(match).handler();
    switch (handler) {
      case Router.Blocking blocking -> on(pool, ctx, () -> respond(ctx, blocking.answer(current)));
      case Router.Decoding pictures ->
          on(decoding, ctx, () -> respond(ctx, pictures.answer(current)));
      case Router.Endless endless ->
          on(
              pool,
              ctx,
              () -> {
                EndlessMedia opened = endless.open(current);
                ctx.executor().execute(() -> sendEndless(ctx, opened));
              });
      case Router.Push _ -> throw new IllegalStateException("a push is not answered here");
    }
  }

  private void respond(ChannelHandlerContext ctx, Response response) {
    ctx.executor().execute(() -> send(ctx, response, true));
  }

  /** Runs on a pool; whatever fails there becomes the answer. */
  private void on(WorkPool where, ChannelHandlerContext ctx, Runnable task) {
    try {
      where.execute(() -> {
        try {
          task.run();
        } catch (RuntimeException e) {
          Response problem = Problems.of(e);
          ctx.executor().execute(() -> send(ctx, problem, true));
        }
      });
    } catch (WeirException e) {
      send(ctx, Problems.of(e), true);
    }
  }

  private void openPush(
      ChannelHandlerContext ctx, Router.Push handler, Request current, boolean expects) {
    try {
      pool.execute(() -> {
        try {
          PushBody opened = handler.open(current);
          ctx.executor().execute(() -> startPush(ctx, opened, expects));
        } catch (RuntimeException e) {
          Response problem = Problems.of(e);
          ctx.executor().execute(() -> refuse(ctx, problem));
        }
      });
    } catch (WeirException e) {
      refuse(ctx, Problems.of(e));
    }
  }

  private void startPush(ChannelHandlerContext ctx, PushBody opened, boolean expects) {
    if (!ctx.channel().isActive()) {
      opened.abort("the connection was closed");
      return;
    }
    if (expects) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
    state = State.PUSH;
    push = new PushExchange(ctx, opened, pushLimits, new PushEnd(ctx));
    push.start();
  }

  /** How a push comes back to its connection. */
  private final class PushEnd implements PushExchange.End {
    private final ChannelHandlerContext ctx;

    PushEnd(ChannelHandlerContext ctx) {
      this.ctx = ctx;
    }

    @Override
    public void answered(Response response, boolean bodyRead) {
      push = null;
      if (bodyRead) {
        state = State.ANSWER;
        send(ctx, response, false);
      } else {
        refuse(ctx, response);
      }
    }

    @Override
    public void streamed(boolean bodyRead) {
      push = null;
      if (bodyRead && keepAlive) {
        next(ctx);
      } else {
        closeAfterDrain(ctx);
      }
    }
  }

  /**
   * Answers before the body has come to its end: the client is told to stop, and what it still
   * sends is thrown away for a while.
   */
  private void refuse(ChannelHandlerContext ctx, Response response) {
    releaseBody();
    keepAlive = false;
    send(ctx, response, false);
  }

  private void send(ChannelHandlerContext ctx, Response response, boolean rangeable) {
    state = state == State.DRAIN ? State.DRAIN : State.ANSWER;
    if (!ctx.channel().isActive()) {
      response.body().close();
      return;
    }
    Replies.Reply reply = Replies.reply(Optional.ofNullable(request), response, rangeable);
    metrics.answered(reply.status());
    HttpResponse start = new DefaultHttpResponse(HttpVersion.HTTP_1_1, reply.status());
    reply.headers().forEach((name, value) -> start.headers().set(name, value));
    boolean close = !keepAlive;
    start
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            close ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
    ctx.write(start);
    if (head || reply.from() >= reply.end()) {
      response.body().close();
      finish(ctx, close);
    } else {
      ctx.flush();
      new SourceSender(
              ctx.channel(),
              pool,
              response.body(),
              reply.from(),
              reply.end(),
              () -> finish(ctx, close))
          .start();
    }
  }

  private void sendEndless(ChannelHandlerContext ctx, EndlessMedia opened) {
    HttpResponse start = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    start.headers().set(HttpHeaderNames.CONTENT_TYPE, opened.contentType());
    start.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    start.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    start.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    start.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    ctx.writeAndFlush(start);
    if (head) {
      opened.close();
      ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(future -> ctx.close());
      return;
    }
    new EndlessSender(ctx.channel(), pool, opened).start();
    // Nothing more is asked on this connection, but its end must be seen.
    state = State.DRAIN;
    ctx.read();
  }

  private void finish(ChannelHandlerContext ctx, boolean close) {
    var written = ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    if (close) {
      written.addListener(future -> closeAfterDrain(ctx));
    } else {
      next(ctx);
    }
  }

  private void next(ChannelHandlerContext ctx) {
    state = State.HEAD;
    request = null;
    match = null;
    ctx.read();
  }

  /** A close with unread bytes would reset the connection and take the answer with it. */
  private void closeAfterDrain(ChannelHandlerContext ctx) {
    state = State.DRAIN;
    drained = 0;
    if (ctx.channel() instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
    var _ =
        ctx.executor().schedule(() -> ctx.close(), pushLimits.drainMillis(), TimeUnit.MILLISECONDS);
    ctx.read();
  }

  private void drain(ChannelHandlerContext ctx, HttpContent content) {
    drained += content.content().readableBytes();
    content.release();
    if (drained > pushLimits.drainBytes()) {
      ctx.close();
    } else {
      ctx.read();
    }
  }

  private void releaseBody() {
    ByteBuf held = body;
    body = null;
    if (held != null) {
      held.release();
    }
  }

  /** One direction has ended; the channel stays open until both have. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    PushExchange exchange = push;
    if (event instanceof ChannelInputShutdownEvent) {
      if (exchange != null) {
        exchange.inputEnded();
      } else {
        ctx.close();
      }
    } else if (event instanceof ChannelOutputShutdownEvent) {
      if (exchange != null) {
        exchange.outputEnded();
      } else if (state != State.DRAIN) {
        ctx.close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    releaseBody();
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
      ctx.close();
    }
  }
}
