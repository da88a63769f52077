// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.container.codec.CodecParser;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.MalformedMedia;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import dev.weir.testing.TransportPackets;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TransportStreamTest {

  private static final int NON_IDR_SLICE = 1;

  private static List<Track> tracks(String sample) {
    return Source.of(Path.of("media-samples", sample)).tracks();
  }

  /** A NAL unit behind its length. */
  private static ByteBuffer picture(Random random, int bytes) {
    byte[] unit = new byte[bytes];
    random.nextBytes(unit);
    unit[0] = NON_IDR_SLICE;
    return ByteBuffer.allocate(4 + bytes).putInt(bytes).put(unit).flip();
  }

  @Test
  void whateverIsCarriedCountersGoOnAndTheClockDoesNotRest() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var program = new TransportStream(tracks("h264-aac.mkv"));
    var packets = new TransportPackets();
    int pictures = 0;
    int sounds = 0;
    long dts = 900_000;
    for (int stretch = 0; stretch < 50; stretch++) {
      var units = new ArrayList<AccessUnit>();
      int count = 1 + random.nextInt(40);
      for (int i = 0; i < count; i++) {
        // Between two stretches media goes on as within one.
        dts += random.nextInt(i == 0 ? 800 : 20_000);
        if (random.nextBoolean()) {
          ByteBuffer data = picture(random, 1 + random.nextInt(random.nextBoolean() ? 4 : 3000));
          units.add(new AccessUnit(0, dts, dts + random.nextInt(9000), i == 0, data));
          pictures++;
        } else {
          ByteBuffer data = ByteBuffer.allocate(random.nextInt(random.nextBoolean() ? 3 : 700));
          units.add(new AccessUnit(1, dts, dts, true, data));
          sounds++;
        }
      }
      packets.read(program.write(units));
    }
    packets.assertWellFormed();
    assertThat(packets.starts(ProgramTables.pid(0))).isEqualTo(pictures);
    assertThat(packets.starts(ProgramTables.pid(1))).isEqualTo(sounds);
    assertThat(packets.starts(ProgramTables.PMT_PID)).isEqualTo(50 * PacketWriter.COUNTER_PERIOD);
  }

  @Test
  void timesAreOfThirtyThreeBits() {
    byte[] pes = PesPacket.of(PesPacket.VIDEO, (1L << 33) + 0x1_2345_6789L, 5, new byte[1]);
    assertThat(Bytes.copyOf(ByteBuffer.wrap(pes, 0, 20)))
        .isEqualTo(Bytes.fromHex("000001e0000e84c00a398d15cf13110001000b00"));
  }

  @Test
  void soundSaysHowItIsDecoded() {
    var codec = (Codec.Aac) CodecParser.aac(Bytes.fromHex("1190"));
    byte[] unit = Adts.of(codec).accessUnit(ByteBuffer.allocate(300));
    // AAC LC, 48 kHz, two channels, 307 bytes, one block.
    assertThat(Bytes.copyOf(ByteBuffer.wrap(unit, 0, 7)))
        .isEqualTo(Bytes.fromHex("fff14c80267ffc"));
    assertThat(unit).hasSize(307);
  }

  @Test
  void whatCantBeSaidIsRefused() {
    assertThatThrownBy(() -> new TransportStream(tracks("opus.webm")))
        .isInstanceOf(UnsupportedMedia.class);
    // Channel configuration 0: a program_config_element would have to say them.
    var codec = (Codec.Aac) CodecParser.aac(Bytes.fromHex("1180"));
    assertThatThrownBy(() -> Adts.of(codec)).isInstanceOf(UnsupportedMedia.class);
    var program = new TransportStream(tracks("h264-aac.mkv"));
    ByteBuffer cut = ByteBuffer.allocate(5).putInt(2).put((byte) 1).flip();
    var unit = new AccessUnit(0, 0, 0, true, cut);
    assertThatThrownBy(() -> program.write(List.of(unit))).isInstanceOf(MalformedMedia.class);
  }
}
