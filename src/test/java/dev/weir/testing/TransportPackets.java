// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The packets of transport streams that are played one after another, read by what ISO/IEC 13818-1
 * says of them. Confined to one thread.
 */
public final class TransportPackets {

  private static final int PACKET_BYTES = 188;
  private static final int PAT_PID = 0;

  private final Map<Integer, Integer> counters = new TreeMap<>();
  private final Map<Integer, Integer> starts = new TreeMap<>();
  private final List<Long> clocks = new ArrayList<>();
  private int pmtPid = -1;
  private int clockPid = -1;
  private int sections;

  /** Reads one more stream. */
  public void read(byte[] stream) {
    assertThat(stream.length % PACKET_BYTES).isZero();
    assertThat(pid(stream)).as("first PID").isEqualTo(PAT_PID);
    for (int at = 0; at < stream.length; at += PACKET_BYTES) {
      packet(Arrays.copyOfRange(stream, at, at + PACKET_BYTES));
    }
  }

  /** That there was a clock that never rested, and tables. */
  public void assertWellFormed() {
    assertThat(sections).isGreaterThan(1);
    assertThat(clocks).hasSizeGreaterThan(1);
    for (int i = 1; i < clocks.size(); i++) {
      assertThat(clocks.get(i) - clocks.get(i - 1)).as("PCR %d", i).isBetween(0L, 9_000L);
    }
  }

  /** How many sections or PES packets have begun on a PID. */
  public int starts(int pid) {
    return starts.getOrDefault(pid, 0);
  }

  private static int pid(byte[] packet) {
    return (packet[1] & 0x1f) << 8 | (packet[2] & 0xff);
  }

  private void packet(byte[] packet) {
    assertThat(packet[0]).isEqualTo((byte) 0x47);
    int pid = pid(packet);
    boolean hasAdaptation = (packet[3] & 0x20) != 0;
    boolean hasPayload = (packet[3] & 0x10) != 0;
    int counter = packet[3] & 0xf;
    if (counters.containsKey(pid)) {
      int expected = (counters.get(pid) + (hasPayload ? 1 : 0)) % 16;
      assertThat(counter).as("continuity_counter of PID %x", pid).isEqualTo(expected);
    }
    counters.put(pid, counter);
    if ((packet[1] & 0x40) != 0) {
      starts.merge(pid, 1, Integer::sum);
    }
    int payload = hasAdaptation ? 5 + (packet[4] & 0xff) : 4;
    assertThat(payload).isBetween(4, hasPayload ? PACKET_BYTES - 1 : PACKET_BYTES);
    if (hasAdaptation && packet[4] != 0 && (packet[5] & 0x10) != 0) {
      assertThat(pid).isEqualTo(clockPid);
      long base = 0;
      for (int i = 6; i < 10; i++) {
        base = base << 8 | (packet[i] & 0xff);
      }
      clocks.add(base << 1 | (packet[10] >> 7 & 1));
    }
    if (pid == PAT_PID || pid == pmtPid) {
      section(pid, Arrays.copyOfRange(packet, payload + 1, PACKET_BYTES));
    }
  }

  private void section(int pid, byte[] bytes) {
    int length = 3 + ((bytes[1] & 0xf) << 8 | (bytes[2] & 0xff));
    assertThat(remainder(bytes, length)).as("CRC_32").isZero();
    sections++;
    if (pid == PAT_PID) {
      pmtPid = (bytes[10] & 0x1f) << 8 | (bytes[11] & 0xff);
    } else {
      clockPid = (bytes[8] & 0x1f) << 8 | (bytes[9] & 0xff);
    }
  }

  /** What is left of a section and its CRC_32 when the polynomial is divided out: nothing. */
  private static long remainder(byte[] bytes, int length) {
    long register = 0xffff_ffffL;
    for (int bit = 0; bit < 8 * length; bit++) {
      long in = bytes[bit / 8] >> (7 - bit % 8) & 1;
      boolean divide = (register >> 31 & 1) != in;
      register = register << 1 & 0xffff_ffffL;
      register = divide ? register ^ 0x04c1_1db7L : register;
    }
    return register;
  }
}
