// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import dev.weir.testing.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The media of {@link FramesBench}: 25 pictures a second, a key frame every two seconds, by x264 at
 * the bit rates that cameras are set to: 3 Mbit/s at 720p, 6 at 1080p. Immutable.
 */
enum FramesMedia {
  /**
   * What a camera over a street sends: a still scene with texture, two cars and somebody on foot,
   * little noise of the sensor; no B-frames.
   */
  STREET(0),
  /** The hard case: noise everywhere, so that nothing is predicted well; up to two B-frames. */
  NOISE(2);

  /** What is repeated, beside the file that is made of it. */
  static final String ONCE = "once.mp4";

  private static final String FRAGMENTED = "+frag_keyframe+empty_moov+default_base_moof";
  private static final int ONCE_SECONDS = 20;

  private final int mostBFrames;

  FramesMedia(int mostBFrames) {
    this.mostBFrames = mostBFrames;
  }

  private String graph(int width, int height) {
    if (this == NOISE) {
      return "testsrc2=rate=25:size=" + width + "x" + height + ",noise=alls=8:allf=t";
    }
    // Noise of three sizes makes the texture, boxes make sky, houses, road and cars of it.
    String full = "scale=" + width + "x" + height + ":flags=bicubic";
    return String.join(
        "",
        "color=0x808078:s=" + size(width, height, 32),
        ",noise=c0s=60:c1s=12:c2s=12:all_seed=1," + full + "[coarse];",
        "color=0x787878:s=" + size(width, height, 8),
        ",noise=c0s=40:c1s=6:c2s=6:all_seed=2," + full + "[middle];",
        "color=0x787878:s=" + size(width, height, 2),
        ",noise=c0s=30:all_seed=3," + full + "[fine];",
        "[middle][fine]blend=all_mode=average[texture];",
        "[coarse][texture]blend=all_mode=average",
        ",drawbox=w=iw:h=ih/4:c=0xb0c8e0:t=fill",
        ",drawbox=x=iw*0.05:y=ih*0.1:w=iw*0.3:h=ih*0.45:c=0x806050@0.7:t=fill",
        ",drawbox=x=iw*0.55:y=ih*0.05:w=iw*0.4:h=ih*0.5:c=0x909088@0.7:t=fill",
        ",drawbox=y=ih*0.65:w=iw:h=ih*0.35:c=0x484848@0.8:t=fill",
        ",drawgrid=w=iw/24:h=ih/14:t=3:c=black@0.3",
        ",trim=end_frame=1,loop=-1:1,setpts=N/25/TB[scene];",
        "color=0x802020:s=" + size(width, height, 8),
        ",noise=alls=30:all_seed=4,gblur=1.5",
        ",drawbox=y=4:x=iw*0.2:w=iw*0.6:h=ih*0.35:c=0x203040:t=fill",
        ",trim=end_frame=1,loop=-1:1,setpts=N/25/TB,split=3[car][b][c];",
        "[b]hue=h=200[other];",
        "[c]scale=" + width / 64 + ":" + height / 16 + ",hue=h=90[walker];",
        "[scene][car]overlay=x='mod(t*W/5,W+w)-w':y='H*0.65':eval=frame[one];",
        "[one][other]overlay=x='W-mod(t*W/8,W+w)':y='H*0.8':eval=frame[two];",
        "[two][walker]overlay=x='mod(t*W/40,W)':y='H*0.55':eval=frame",
        ",noise=alls=3:allf=t,setsar=1");
  }

  private static String size(int width, int height, int part) {
    return width / part + "x" + height / part;
  }

  /** Twenty seconds, over and over: a fragmented MP4, which ffmpeg seeks in by its index. */
  Path make(Path folder, int height, int seconds) {
    Path once = folder.resolve(ONCE);
    String bitRate = height > 720 ? "6M" : "3M";
    var command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i"));
    command.add(graph(height * 16 / 9, height));
    command.addAll(List.of("-t", Integer.toString(ONCE_SECONDS), "-r", "25"));
    command.addAll(List.of("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"));
    command.addAll(List.of("-b:v", bitRate, "-maxrate", bitRate, "-bufsize", bitRate));
    command.addAll(List.of("-g", "50", "-bf", Integer.toString(mostBFrames)));
    command.addAll(List.of("-movflags", FRAGMENTED, once.toString()));
    var _ = Program.run(command.toArray(new String[0]));
    Path file = folder.resolve("bench.mp4");
    var _ =
        Program.run(
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-stream_loop",
            Integer.toString(seconds / ONCE_SECONDS - 1),
            "-i",
            once.toString(),
            "-c",
            "copy",
            "-movflags",
            FRAGMENTED + "+global_sidx",
            file.toString());
    return file;
  }
}
