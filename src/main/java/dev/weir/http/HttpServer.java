// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;

/** The HTTP server: its sockets, threads and table of routes. Thread-safe. */
public final class HttpServer implements AutoCloseable {

  private static final int READ_THREADS = 8;
  private static final int QUEUED_READS = 512;

  /** As many as there are decoder processes, and one that reads ahead for the next. */
  private static final int DECODE_THREADS = 3;

  private static final int QUEUED_PICTURES = 64;

  /** What the kernel may hold of a connection's answers before they are sent. */
  private static final long UNSENT_BYTES = 256 << 10;

  private final EventLoopGroup acceptor;
  private final EventLoopGroup loops;
  private final WorkPool pool = new WorkPool("weir-read", READ_THREADS, QUEUED_READS);
  private final WorkPool decoding = new WorkPool("weir-decode", DECODE_THREADS, QUEUED_PICTURES);
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listening;

  /**
   * Starts listening.
   *
   * @param address where; port 0 takes a free one
   * @throws IllegalStateException when the address can't be had, with a message for people
   */
  public HttpServer(InetSocketAddress address, Services services, ConnectionLimits limits) {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    Class<? extends ServerChannel> channel =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    acceptor = new MultiThreadIoEventLoopGroup(1, io);
    loops = new MultiThreadIoEventLoopGroup(io);
    var metrics = new Metrics();
    Router router = routes(services, metrics);
    var bootstrap =
        new ServerBootstrap()
            .group(acceptor, loops)
            .channel(channel)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            // Each direction ends by itself: whoever has sent all and closes is still heard to the
            // end, and whoever reads no more may go on sending.
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.AUTO_CLOSE, false)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel child) {
                    connections.add(child);
                    child
                        .pipeline()
                        .addLast(new HttpResponseEncoder())
                        .addLast(new StrictRequestDecoder())
                        .addLast(new MessageGate())
                        .addLast(new Connection(child, router, pool, decoding, limits, metrics));
                  }
                });
    if (epoll) {
      // What the network has not taken stays here, not in the kernel: a slow client costs little,
      // and one that has stopped is seen to have.
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
    }
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopThreads();
      throw refused(address, bound.cause());
    }
    listening = bound.channel();
  }

  private static IllegalStateException refused(InetSocketAddress address, Throwable cause) {
    return new IllegalStateException(
        "can't listen on "
            + address.getHostString()
            + ":"
            + address.getPort()
            + ": "
            + cause.getMessage(),
        cause);
  }

  /**
   * Tries an address before anything is made for a server that would then not start.
   *
   * @throws IllegalStateException as the constructor
   */
  public static void checkFree(InetSocketAddress address) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw refused(address, e);
    }
  }

  /** The table of routes: a new endpoint is a line here and a method of a resource. */
  static Router routes(Services services, Metrics metrics) {
    var lastErrors = new LastErrors();
    var streams = new StreamsResource(services, lastErrors);
    var push = new MediaPush(services, lastErrors, metrics);
    var hls = new HlsResource(services);
    var clip = new ClipResource(services);
    var live = new LiveResource(services);
    var frame = new FrameResource(services);
    var frames = new FramesResource(services);
    var storyboard = new StoryboardResource(services);
    var hooks = new HooksResource(services);
    var records = new RecordsResource(services);
    var operations = new OperationsResource(services, metrics);
    var holds = new HoldsResource(services);
    var upkeep = new UpkeepResource(services);
    var console = new ConsoleResource();
    var router = new Router();
    new KinesisFace(services, lastErrors, metrics).addTo(router);
    return router
        .get("/", console::file)
        .get("/console/{file}", console::file)
        .get("/webjars/hls.js/dist/{file}", console::file)
        .get("/healthz", operations::alive)
        .get("/readyz", operations::ready)
        .get("/metrics", operations::metrics)
        .get("/openapi.yaml", operations::openApi)
        .get("/v1/retention", upkeep::retention)
        .get("/v1/check", upkeep::check)
        .add(HttpMethod.POST, "/v1/check", (Router.Blocking) upkeep::beginCheck)
        .get("/v1/backup", upkeep::backup)
        .get("/v1/evidence/key", upkeep::publicKey)
        .get("/v1/hooks", hooks::list)
        .get("/v1/hooks/{id}", hooks::one)
        .add(HttpMethod.PUT, "/v1/hooks/{id}", (Router.Blocking) hooks::put)
        .add(HttpMethod.DELETE, "/v1/hooks/{id}", (Router.Blocking) hooks::delete)
        .add(HttpMethod.POST, "/v1/hooks/{id}/replay", (Router.Blocking) hooks::replay)
        .get("/v1/hooks/{id}/deliveries", hooks::deliveries)
        .get("/v1/streams", streams::list)
        .get("/v1/streams/{s}", streams::one)
        .add(HttpMethod.PUT, "/v1/streams/{s}", (Router.Blocking) streams::put)
        .add(HttpMethod.DELETE, "/v1/streams/{s}", (Router.Blocking) streams::delete)
        .add(HttpMethod.POST, "/v1/streams/{s}/media", push)
        .add(HttpMethod.PUT, "/v1/streams/{s}/media", push)
        .get("/v1/streams/{s}/fragments", streams::fragments)
        .add(HttpMethod.DELETE, "/v1/streams/{s}/fragments", (Router.Blocking) holds::forget)
        .get("/v1/streams/{s}/timeline", streams::timeline)
        .get("/v1/streams/{s}/records", records::find)
        .add(HttpMethod.POST, "/v1/streams/{s}/records", (Router.Blocking) records::add)
        .get("/v1/streams/{s}/proof", upkeep::proof)
        .get("/v1/streams/{s}/holds", holds::list)
        .add(HttpMethod.PUT, "/v1/streams/{s}/holds/{id}", (Router.Blocking) holds::put)
        .add(HttpMethod.DELETE, "/v1/streams/{s}/holds/{id}", (Router.Blocking) holds::delete)
        .get("/v1/streams/{s}/clip.mp4", clip::mp4)
        .get("/v1/streams/{s}/clip.mkv", clip::mkv)
        .endless("/v1/streams/{s}/live.mkv", live::mkv)
        .endless("/v1/streams/{s}/live.mp4", live::mp4)
        .decoding("/v1/streams/{s}/frame.jpg", frame::jpeg)
        .decoding("/v1/streams/{s}/frame.png", frame::png)
        .decoding("/v1/streams/{s}/frame.webp", frame::webp)
        .get("/v1/streams/{s}/frame.mp4", frame::keyFrame)
        .pictures("/v1/streams/{s}/frames", frames::many)
        .decoding("/v1/streams/{s}/storyboard.vtt", storyboard::vtt)
        .decoding("/v1/streams/{s}/storyboard.jpg", storyboard::jpeg)
        .get("/v1/streams/{s}/hls/{name}", hls::playlist)
        .get("/v1/streams/{s}/hls/init/{name}", hls::init)
        .get("/v1/streams/{s}/hls/seg/{name}", hls::media);
  }

  /** The port that is listened on. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /**
   * Stops accepting, ends connections (pushes keep what arrived whole), and waits for the read
   * pool.
   */
  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    pool.close();
    decoding.close();
    stopThreads();
  }

  private void stopThreads() {
    acceptor.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
