// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.container.DemuxLimits;
import dev.weir.container.Demuxer;
import dev.weir.container.Demuxers;
import dev.weir.model.MalformedMedia;
import dev.weir.model.Track;
import dev.weir.server.cli.ProgressBar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Sends inputs as one body. A single input that the server takes goes as it is, byte for byte;
 * whatever has to be put on a timeline of its own is written anew as Matroska, its samples
 * untouched. Confined to one thread.
 */
final class Push {

  private static final int PIECE_BYTES = 64 << 10;

  /** Half a second of the thinnest sound. */
  private static final int PACED_PIECE_BYTES = 4 << 10;

  private final List<Input> inputs;
  private final Options options;
  private final BodySink sink;
  private final ProgressBar bar;
  private final Consumer<String> notes;
  private final BooleanSupplier stopping;

  /**
   * How to push.
   *
   * @param realTime hold each sample back until its decode time has come
   * @param loop begin again after the last input, until told to stop
   * @param fromZero media time must begin at zero, since the producer stated the time of zero
   * @param clock for real time
   * @param utc what the time is
   */
  record Options(
      boolean realTime, boolean loop, boolean fromZero, Pace.Clock clock, InstantSource utc) {}

  /**
   * @param notes hears of damage in the inputs, a line each
   * @param stopping asked between samples: whether to end here
   */
  Push(
      List<Input> inputs,
      Options options,
      BodySink sink,
      ProgressBar bar,
      Consumer<String> notes,
      BooleanSupplier stopping) {
    this.inputs = List.copyOf(inputs);
    this.options = options;
    this.sink = sink;
    this.bar = bar;
    this.notes = notes;
    this.stopping = stopping;
  }

  void run() throws IOException {
    Input first = inputs.getFirst();
    if (inputs.size() == 1
        && !options.loop()
        && !options.fromZero()
        && InputReader.isPushable(first)) {
      asItIs(first);
    } else {
      spliced();
    }
  }

  private void asItIs(Input input) throws IOException {
    long total = input.length().orElse(0);
    var newest = new Newest();
    var times = new SampleTimes(newest);
    Demuxer demuxer = Demuxers.sniffing(times, DemuxLimits.DEFAULT);
    var pace = new Pace(options.clock(), stopping);
    var piece = new byte[options.realTime() ? PACED_PIECE_BYTES : PIECE_BYTES];
    long sent = 0;
    try (InputStream in = input.open()) {
      for (int count = in.read(piece);
          count >= 0 && !stopping.getAsBoolean();
          count = in.read(piece)) {
        if (options.realTime()) {
          demuxer.feed(ByteBuffer.wrap(piece, 0, count));
          if (newest.seen) {
            pace.await(newest.decodeNs);
          }
        }
        sink.write(ByteBuffer.wrap(piece, 0, count));
        sent += count;
        bar.update(sent, total, input.shortName());
      }
    }
  }

  private void spliced() throws IOException {
    var pace = new Pace(options.clock(), stopping);
    var body =
        new MatroskaBody(
            sink,
            decodeNs -> {
              if (options.realTime()) {
                pace.await(decodeNs);
              }
            },
            options.utc());
    var splice = new Splice(body, notes);
    do {
      for (Input input : inputs) {
        append(input, splice);
      }
    } while (options.loop() && !stopping.getAsBoolean());
    body.flush();
  }

  private void append(Input input, Splice splice) throws IOException {
    long total = input.length().orElse(0);
    var interleaving = new Interleaving(splice);
    var times = new SampleTimes(interleaving);
    try (InputReader reader = InputReader.open(input, times)) {
      while (!stopping.getAsBoolean() && reader.advance()) {
        bar.update(reader.bytesRead(), total, input.shortName());
      }
    }
    times.end();
    interleaving.flush();
    if (!splice.inputEnds() && !stopping.getAsBoolean()) {
      throw new MalformedMedia("no sample", input.shortName(), "at least one", "none");
    }
  }

  /** The latest decode time that has been seen. */
  private static final class Newest implements SampleTimes.Receiver {
    boolean seen;
    long decodeNs;

    @Override
    public void tracks(List<Track> tracks) {}

    @Override
    public void sample(TimedSample sample) {
      seen = true;
      decodeNs = sample.decodeNs();
    }

    @Override
    public void damaged(String what) {}
  }
}
