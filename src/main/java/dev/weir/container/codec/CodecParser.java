// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.codec;

import dev.weir.bytes.ByteReader;
import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Reads decoder configuration records. Each method throws {@link MalformedMedia} for bytes that
 * break the format and {@link UnsupportedMedia} for what is legal but not done here. Stateless.
 */
public final class CodecParser {

  private static final int[] AAC_RATES = {
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350
  };
  private static final int[] AAC_CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8};
  private static final int SPS_AVC = 7;
  private static final int SPS_HEVC = 33;

  private CodecParser() {}

  /** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 § 5.3.3.1. */
  public static Codec avc(Bytes configuration) {
    var in = new ByteReader(configuration.asBuffer(), "avcC");
    version(in);
    String profile = HexFormat.of().formatHex(in.bytes(3).toArray());
    int nalLengthSize = lengthSize(in);
    int count = in.u8() & 0x1f;
    if (count == 0) {
      throw new UnsupportedMedia(
          "H.264 without parameter sets in its header", "avcC", "at least one SPS", "none");
    }
    var sps = in.slice(in.u16());
    if (!sps.hasRemaining() || (sps.get(0) & 0x1f) != SPS_AVC) {
      throw new MalformedMedia("no SPS where one is due", "avcC", "NAL unit type 7", "another");
    }
    return new Codec.Avc(configuration, "avc1." + profile, AvcSps.parse(sps, nalLengthSize));
  }

  /** HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 § 8.3.3.1. */
  public static Codec hevc(Bytes configuration) {
    var in = new ByteReader(configuration.asBuffer(), "hvcC");
    version(in);
    int profileByte = in.u8();
    long compatibility = in.u32();
    byte[] constraints = in.bytes(6).toArray();
    int level = in.u8();
    in.skip(8);
    int nalLengthSize = lengthSize(in);
    int arrays = in.u8();
    for (int array = 0; array < arrays; array++) {
      int type = in.u8() & 0x3f;
      int units = in.u16();
      for (int unit = 0; unit < units; unit++) {
        var nal = in.slice(in.u16());
        if (type == SPS_HEVC) {
          String name = hevcName(profileByte, compatibility, constraints, level);
          return new Codec.Hevc(configuration, name, HevcSps.parse(nal, nalLengthSize));
        }
      }
    }
    throw new UnsupportedMedia(
        "HEVC without parameter sets in its header", "hvcC", "at least one SPS", "none");
  }

  /** ISO/IEC 14496-15 annex E.3. */
  private static String hevcName(
      int profileByte, long compatibility, byte[] constraints, int level) {
    String space = new String[] {"", "A", "B", "C"}[profileByte >> 6];
    String tier = (profileByte & 0x20) == 0 ? "L" : "H";
    var name = new StringBuilder("hvc1.");
    name.append(space).append(profileByte & 0x1f).append('.');
    name.append(Integer.toHexString(Integer.reverse((int) compatibility)).toUpperCase(Locale.ROOT));
    name.append('.').append(tier).append(level);
    int last = constraints.length;
    while (last > 0 && constraints[last - 1] == 0) {
      last--;
    }
    for (int i = 0; i < last; i++) {
      name.append('.').append(Integer.toHexString(constraints[i] & 0xff).toUpperCase(Locale.ROOT));
    }
    return name.toString();
  }

  /** AudioSpecificConfig, ISO/IEC 14496-3 § 1.6.2.1. */
  public static Codec aac(Bytes configuration) {
    var in = BitReader.of(configuration.asBuffer(), "AudioSpecificConfig");
    int type = objectType(in);
    int rate = rate(in);
    int channelConfiguration = in.bits(4);
    int declaredType = type;
    int playedRate = rate;
    boolean parametricStereo = type == 29;
    if (type == 5 || type == 29) {
      playedRate = rate(in);
      type = objectType(in);
    }
    if (type < 1 || type > 4) {
      throw new UnsupportedMedia(
          "AAC object type",
          "AudioSpecificConfig",
          "1 to 4, with or without SBR",
          Integer.toString(type));
    }
    int samples = in.flag() ? 960 : 1024;
    if (channelConfiguration >= AAC_CHANNELS.length) {
      throw new UnsupportedMedia(
          "AAC channel configuration",
          "AudioSpecificConfig",
          "0 to 7",
          Integer.toString(channelConfiguration));
    }
    int channels = channelConfiguration == 0 ? 2 : AAC_CHANNELS[channelConfiguration];
    if (parametricStereo) {
      channels = 2;
    }
    int played = Math.toIntExact((long) samples * playedRate / rate);
    return new Codec.Aac(
        configuration, "mp4a.40." + declaredType, new AudioFormat(playedRate, channels, played, 0));
  }

  /** OpusHead, RFC 7845 § 5.1. */
  public static Codec opus(Bytes configuration) {
    var in = new ByteReader(configuration.asBuffer(), "OpusHead");
    if (!in.bytes(8).equals(Bytes.fromHex("4f70757348656164"))) {
      throw new MalformedMedia("no OpusHead", "OpusHead", "the magic OpusHead", "other bytes");
    }
    in.skip(1);
    int channels = in.u8();
    int preSkip = Short.toUnsignedInt(Short.reverseBytes((short) in.u16()));
    in.skip(4 + 2 + 1);
    if (channels == 0) {
      throw new MalformedMedia("Opus without channels", "OpusHead", "1 or more", "0");
    }
    return new Codec.Opus(configuration, "opus", new AudioFormat(48_000, channels, 0, preSkip));
  }

  private static void version(ByteReader in) {
    int version = in.u8();
    if (version != 1) {
      throw new MalformedMedia("configuration version", in.where(), "1", Integer.toString(version));
    }
  }

  private static int lengthSize(ByteReader in) {
    int size = (in.u8() & 3) + 1;
    if (size == 3) {
      throw new MalformedMedia("NAL unit length size", in.where(), "1, 2 or 4", "3");
    }
    return size;
  }

  private static int objectType(BitReader in) {
    int type = in.bits(5);
    return type == 31 ? 32 + in.bits(6) : type;
  }

  private static int rate(BitReader in) {
    int index = in.bits(4);
    int rate = index == 15 ? in.bits(24) : index < AAC_RATES.length ? AAC_RATES[index] : 0;
    if (rate == 0) {
      throw new MalformedMedia(
          "AAC sampling rate",
          "AudioSpecificConfig",
          "index 0 to 12 or 15",
          Integer.toString(index));
    }
    return rate;
  }
}
