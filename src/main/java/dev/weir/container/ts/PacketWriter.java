// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

import dev.weir.bytes.ByteWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Cuts sections and PES packets into packets of 188 bytes (ISO/IEC 13818-1 § 2.4.3), and counts
 * those of each PID from zero. Confined to one thread.
 */
final class PacketWriter {

  static final int PACKET_BYTES = 188;

  /** After so many packets continuity_counter is where it was. */
  static final int COUNTER_PERIOD = 16;

  private static final int SYNC_BYTE = 0x47;
  private static final int ROOM = PACKET_BYTES - 4;
  private static final int UNIT_START = 0x4000;
  private static final int HAS_PAYLOAD = 0x10;
  private static final int HAS_ADAPTATION = 0x20;
  private static final int RANDOM_ACCESS = 0x40;
  private static final int PCR = 0x10;
  private static final int PCR_BYTES = 6;

  private final ByteWriter out = new ByteWriter(1 << 16);
  private final Map<Integer, Integer> counters = new HashMap<>();

  /** What a packet says beside its payload. */
  record Adaptation(boolean randomAccess, OptionalLong clock) {

    static final Adaptation NONE = new Adaptation(false, OptionalLong.empty());

    /** adaptation_field_length included. */
    private int bytes() {
      return clock.isPresent() ? 2 + PCR_BYTES : randomAccess ? 2 : 0;
    }
  }

  byte[] toArray() {
    return out.toArray();
  }

  /** A section, in one packet. */
  void section(int pid, byte[] section) {
    header(pid, true, HAS_PAYLOAD);
    out.u8(0).bytes(section);
    byte[] stuffing = new byte[ROOM - 1 - section.length];
    Arrays.fill(stuffing, (byte) 0xff);
    out.bytes(stuffing);
  }

  /** A packet without payload, which does not count. */
  void clock(int pid, long ticks) {
    out.u8(SYNC_BYTE).u16(pid).u8(HAS_ADAPTATION | Math.floorMod(counter(pid) - 1, COUNTER_PERIOD));
    adaptation(new Adaptation(false, OptionalLong.of(ticks)), ROOM);
  }

  /**
   * A PES packet.
   *
   * @param last whether it is the last of its PID: it is spread over more packets than it needs, so
   *     that the counter ends where it began and goes on in whatever is played next
   */
  void pes(int pid, byte[] pes, Adaptation adaptation, boolean last) {
    int beyondFirst = Math.max(0, pes.length - (ROOM - adaptation.bytes()));
    int packets = 1 + Math.ceilDiv(beyondFirst, ROOM);
    if (last) {
      packets += Math.floorMod(-(counter(pid) + packets), COUNTER_PERIOD);
    }
    int at = 0;
    for (int left = packets - 1; left >= 0; left--) {
      Adaptation own = at == 0 ? adaptation : Adaptation.NONE;
      int count = Math.min(ROOM - own.bytes(), pes.length - at - left);
      boolean adapted = count < ROOM;
      header(pid, at == 0, adapted ? HAS_PAYLOAD | HAS_ADAPTATION : HAS_PAYLOAD);
      if (adapted) {
        adaptation(own, ROOM - count);
      }
      out.bytes(ByteBuffer.wrap(pes, at, count));
      at += count;
    }
  }

  private int counter(int pid) {
    return counters.getOrDefault(pid, 0);
  }

  private void header(int pid, boolean unitStart, int control) {
    int counter = counter(pid);
    out.u8(SYNC_BYTE).u16(unitStart ? UNIT_START | pid : pid).u8(control | counter);
    counters.put(pid, (counter + 1) % COUNTER_PERIOD);
  }

  /** An adaptation field of so many bytes in all. */
  private void adaptation(Adaptation adaptation, int bytes) {
    out.u8(bytes - 1);
    if (bytes == 1) {
      return;
    }
    int used = 2;
    out.u8(
        (adaptation.randomAccess ? RANDOM_ACCESS : 0) | (adaptation.clock.isPresent() ? PCR : 0));
    if (adaptation.clock.isPresent()) {
      // program_clock_reference_base in 33 bits, 6 reserved, an extension of zero.
      long base = adaptation.clock.getAsLong() & 0x1_ffff_ffffL;
      out.i32((int) (base >> 1)).u16((int) (base & 1) << 15 | 0x7e00);
      used += PCR_BYTES;
    }
    for (int i = used; i < bytes; i++) {
      out.u8(0xff);
    }
  }
}
