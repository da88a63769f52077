// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.model.StreamName;
import dev.weir.model.WeirException;
import dev.weir.server.cli.CommandFailed;
import dev.weir.server.cli.ProgressBar;
import dev.weir.server.client.Server;
import dev.weir.server.client.ServerOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir push}: sends recordings, or what arrives on standard input, into a stream. */
@Command(
    name = "push",
    description = {
      "Push media into a stream, which is created when it does not exist.",
      "Takes Matroska, WebM, and MP4 of both kinds (plain MP4 from files alone). Samples are sent as they are, nothing is"
          + " transcoded. Several inputs become one timeline, one after another."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  weir push cam recording.mp4",
      "  weir push cam --start 2026-01-31T08:00:00Z morning.mp4 noon.mp4",
      "  weir push cam --realtime --loop media-samples/h264-aac.mkv",
      "  ffmpeg -i rtsp://camera/ -c copy -f matroska -live 1 - | weir push cam -"
    })
public final class PushCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "STREAM", description = "Name of the stream.")
  private StreamName stream;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE|-|URL",
      description = "What to push: files, - for standard input, or http addresses.")
  private List<String> names;

  @Option(names = "--realtime", description = "Send each sample when its decode time has come.")
  private boolean realTime;

  @Option(
      names = "--loop",
      description = "Begin again after the end, on one unbroken timeline, until interrupted.")
  private boolean loop;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description =
          "When the first picture was taken, RFC 3339 or epoch milliseconds; else media is placed by"
              + " its arrival.")
  private @Nullable String start;

  @Mixin private ServerOption server;

  @Option(
      names = "--json",
      description = "Print the server's acknowledgements as lines of JSON, then a summary.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<Input> inputs = names.stream().map(this::input).toList();
    PrintWriter out = spec.commandLine().getOut();
    var bar = ProgressBar.on(spec.commandLine().getErr());
    var acks = new Acks(line -> bar.println(out, line), json);
    try (Server target = server.open();
        var interruption = Interruption.watched();
        var delivery = new Delivery(target, path(), acks)) {
      var options =
          new Push.Options(realTime, loop, start != null, Pace.MONOTONIC, InstantSource.system());
      var push = new Push(inputs, options, delivery, bar, this::warn, interruption);
      Optional<WeirException> fault = send(push, delivery);
      bar.clear();
      if (delivery.isConnected()) {
        out.println(acks.summary(delivery.bytesSent()));
      }
      acks.error().ifPresent(this::warn);
      if (fault.isPresent()) {
        throw fault.get();
      }
      return acks.allPersisted() ? 0 : 1;
    } finally {
      bar.clear();
    }
  }

  /** Sends everything and waits for the answer to it; gives what was wrong with the inputs. */
  private static Optional<WeirException> send(Push push, Delivery delivery) throws IOException {
    Optional<WeirException> fault = Optional.empty();
    PushConnection.Answer answer;
    try {
      push.run();
      answer = delivery.end();
    } catch (Delivery.Broken e) {
      answer = delivery.answerTo(e);
    } catch (WeirException e) {
      fault = Optional.of(e);
      if (!delivery.isConnected()) {
        return fault;
      }
      answer = delivery.end();
    }
    if (answer.status() != 200) {
      throw Server.refusal(answer.status(), answer.refusal());
    }
    return fault;
  }

  private void warn(String line) {
    spec.commandLine().getErr().println("weir push: " + line);
  }

  private Input input(String name) {
    Input input;
    try {
      input = Input.of(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (loop && !input.isRepeatable()) {
      throw new ParameterException(
          spec.commandLine(), "--loop reads its inputs again, which " + name + " does not allow");
    }
    if (input instanceof Input.LocalFile(var path) && !Files.isReadable(path)) {
      throw new CommandFailed(
          Files.exists(path) ? path + " can't be read" : "there is no file " + path);
    }
    return input;
  }

  private String path() {
    return Server.stream(stream.value(), "/media")
        + (start == null ? "" : Server.query("timecodes", "relative", "start", start));
  }
}
