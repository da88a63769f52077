// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets one message through for each read that is asked for. One socket read may hold many messages;
 * the rest wait here, so at most what one socket read decodes to. (Netty's own FlowControlHandler
 * of 4.2.18 loses a read that is asked for while a message is being delivered.) Confined to the
 * channel's event loop.
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
        ctx.fireChannelRead(waiting.remove());
      }
    } finally {
      delivering = false;
    }
  }

  private void readMore(ChannelHandlerContext ctx) {
    if (wanted && waiting.isEmpty() && !reading) {
      reading = true;
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    release();
    super.channelInactive(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    release();
  }

  private void release() {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }
}
