// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets one message through for each read that is asked for. One socket read may hold many messages;
 * the rest wait here, so at most what one socket read decodes to. The end of the client's sending
 * waits in the same line: a client may send everything and go before its first byte is looked at.
 * (Netty's own FlowControlHandler of 4.2.18 loses a read that is asked for while a message is being
 * delivered.) Confined to the channel's event loop.
 */
final class MessageGate extends ChannelDuplexHandler {

  private final Deque<Object> waiting = new ArrayDeque<>();
  private boolean wanted;
  private boolean delivering;
  private boolean reading;

  @Override
  public void read(ChannelHandlerContext ctx) {
    wanted = true;
    if (!delivering) {
      deliver(ctx);
      readMore(ctx);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    waiting.add(message);
    deliver(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      channelRead(ctx, event);
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    readMore(ctx);
    ctx.fireChannelReadComplete();
  }

  private void deliver(ChannelHandlerContext ctx) {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (wanted && !waiting.isEmpty()) {
        wanted = false;
        pass(ctx, waiting.remove());
      }
    } finally {
      delivering = false;
    }
  }

  private static void pass(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ChannelInputShutdownEvent end) {
      ctx.fireUserEventTriggered(end);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void readMore(ChannelHandlerContext ctx) {
    if (wanted && waiting.isEmpty() && !reading && ctx.channel().isActive()) {
      reading = true;
      ctx.read();
    }
  }

  /** What has arrived is handed over even so: a push keeps it. */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    while (!waiting.isEmpty()) {
      pass(ctx, waiting.remove());
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }
}
