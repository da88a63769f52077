// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.LivePlace;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Makes small parts and fragments by chance. Confined to one thread. */
public final class StoredSamples {

  private final Random random;
  private long time;

  public StoredSamples(Random random) {
    this.random = random;
  }

  public Part part() {
    var samples = new ArrayList<Sample>();
    var payloads = new ArrayList<ByteBuffer>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      var data = new byte[random.nextInt(random.nextInt(5) == 0 ? 3000 : 300)];
      random.nextBytes(data);
      int duration = 1 + random.nextInt(100);
      samples.add(
          new Sample(
              time,
              random.nextInt(50) - 25,
              duration,
              data.length,
              random.nextBoolean(),
              random.nextInt(4) == 0 ? random.nextInt(20_000_000) : 0));
      payloads.add(ByteBuffer.wrap(data));
      time += duration;
    }
    return new Part(random.nextInt(2), samples, payloads, random.nextBoolean());
  }

  public static RunHeader run(long id) {
    var codec =
        new Codec.Aac(Bytes.fromHex("1190"), "mp4a.40.2", new AudioFormat(48_000, 2, 1024, 0));
    return new RunHeader(
        new RunId(id),
        List.of(new Track(0, 48_000, "und", codec), new Track(1, 1000, "eng", codec)),
        1_700_000_000_000_000_000L,
        1_700_000_000_000_000_000L,
        true,
        false);
  }

  public static FragmentEnd end(FragmentNumber number, RunId run, Random random) {
    return new FragmentEnd(
        number,
        run,
        1_700_000_000_000_000_000L + number.counter() * 1000,
        1_700_000_000_000_000_000L + number.counter() * 1000,
        random.nextInt(1_000_000),
        random.nextBoolean(),
        FragmentState.WHOLE,
        1,
        random.nextBoolean() ? Optional.of(new LivePlace(4, 5)) : Optional.empty(),
        Optional.empty(),
        Bytes.EMPTY);
  }

  public static ByteBuffer payload(Part part) {
    var payload = ByteBuffer.allocate(Math.toIntExact(part.payloadBytes()));
    part.payloads().forEach(each -> payload.put(each.duplicate()));
    return payload.flip();
  }
}
