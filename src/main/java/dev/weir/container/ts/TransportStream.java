// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

import dev.weir.model.Codec;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import dev.weir.model.UnsupportedMedia;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * Writes a stretch of a program as a transport stream that can be played alone, and after any other
 * of the same tracks: it begins with the tables, its clock never rests for a tenth of a second, and
 * each PID has a multiple of sixteen packets, so that continuity counters go on although each
 * stretch is made by itself. Immutable.
 */
public final class TransportStream {

  /** Of PTS, DTS and the base of PCR, ticks a second. */
  public static final int TIMESCALE = 90_000;

  /** How long before its decoding a frame arrives. */
  private static final long AHEAD = 7L * TIMESCALE / 10;

  /** § 2.7.2 wants a PCR each 100 ms. */
  private static final long CLOCK_PERIOD = 9L * TIMESCALE / 100;

  private final List<Track> tracks;
  private final List<Form> forms;
  private final byte[] pat;
  private final byte[] pmt;

  /** How samples of a track become access units. */
  private interface Form {
    byte[] accessUnit(ByteBuffer sample, boolean sync);
  }

  /**
   * @param tracks of the program; the first carries its clock
   * @throws UnsupportedMedia when a transport stream can't carry one
   */
  public TransportStream(List<Track> tracks) {
    this.tracks = List.copyOf(tracks);
    this.forms = tracks.stream().map(TransportStream::form).toList();
    this.pat = ProgramTables.pat();
    this.pmt = ProgramTables.pmt(tracks);
  }

  private static Form form(Track track) {
    return switch (track.codec()) {
      case Codec.Avc avc -> AnnexB.of(avc)::accessUnit;
      case Codec.Hevc hevc -> AnnexB.of(hevc)::accessUnit;
      case Codec.Aac aac -> {
        Adts adts = Adts.of(aac);
        yield (sample, sync) -> adts.accessUnit(sample);
      }
      case Codec.Opus opus ->
          throw new UnsupportedMedia(
              "codec in a transport stream", "track", "H.264, HEVC or AAC", opus.shortName());
    };
  }

  /**
   * The stream.
   *
   * @param units in order of decode time
   */
  public byte[] write(List<AccessUnit> units) {
    var writing = new Writing(units);
    for (int i = 0; i < units.size(); i++) {
      writing.tablesUpTo(i + 1);
      writing.unit(i);
    }
    return writing.out.toArray();
  }

  private final class Writing {
    final PacketWriter out = new PacketWriter();
    private final List<AccessUnit> units;
    private final int[] lastOf;
    private int tables;
    private OptionalLong clock = OptionalLong.empty();

    Writing(List<AccessUnit> units) {
      this.units = units;
      this.lastOf = new int[tracks.size()];
      for (int i = 0; i < units.size(); i++) {
        lastOf[units.get(i).place()] = i;
      }
    }

    /** Sixteen times in all, as evenly as may be: once for each value of the counter. */
    void tablesUpTo(int unit) {
      int due = Math.ceilDiv(PacketWriter.COUNTER_PERIOD * unit, units.size());
      for (; tables < due; tables++) {
        out.section(ProgramTables.PAT_PID, pat);
        out.section(ProgramTables.PMT_PID, pmt);
      }
    }

    void unit(int index) {
      AccessUnit unit = units.get(index);
      Track track = tracks.get(unit.place());
      clockUpTo(unit.dts() - AHEAD, unit.place() == 0);
      byte[] pes =
          PesPacket.of(
              track.kind() == TrackKind.VIDEO ? PesPacket.VIDEO : PesPacket.AUDIO,
              unit.pts(),
              unit.dts(),
              forms.get(unit.place()).accessUnit(unit.data(), unit.sync()));
      var adaptation =
          new PacketWriter.Adaptation(
              unit.sync(), unit.place() == 0 ? clock : OptionalLong.empty());
      out.pes(ProgramTables.pid(unit.place()), pes, adaptation, lastOf[unit.place()] == index);
    }

    /**
     * Where the first track says nothing for long, packets of the clock alone.
     *
     * @param carried whether what comes next carries the clock itself
     */
    private void clockUpTo(long ticks, boolean carried) {
      long next = clock.isPresent() ? clock.getAsLong() + CLOCK_PERIOD : ticks;
      while (carried ? next < ticks : next <= ticks) {
        out.clock(ProgramTables.pid(0), next);
        clock = OptionalLong.of(next);
        next += CLOCK_PERIOD;
      }
      if (carried) {
        clock = OptionalLong.of(Math.max(ticks, clock.orElse(ticks)));
      }
    }
  }
}
