// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.Demuxers;
import dev.weir.model.Codec;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The video samples of a file, in decode order. Immutable. */
public record CodedSamples(Codec codec, List<CodedSample> samples) {

  public static CodedSamples of(Path file) throws IOException {
    var tracks = new ArrayList<Track>();
    var samples = new ArrayList<CodedSample>();
    var sink =
        new DemuxSink() {
          @Override
          public void tracks(List<Track> found) {
            tracks.addAll(found);
          }

          @Override
          public void sample(DemuxedSample each) {
            if (tracks.get(each.trackIndex()).kind() == TrackKind.VIDEO) {
              samples.add(new CodedSample(each.presentationTime(), each.sync(), each.data()));
            }
          }

          @Override
          public void boundary() {}

          @Override
          public void truncated(String where) {}
        };
    var demuxer = Demuxers.sniffing(sink, DemuxLimits.DEFAULT);
    demuxer.feed(ByteBuffer.wrap(Files.readAllBytes(file)));
    demuxer.end();
    Codec codec =
        tracks.stream()
            .filter(each -> each.kind() == TrackKind.VIDEO)
            .findFirst()
            .orElseThrow()
            .codec();
    return new CodedSamples(codec, List.copyOf(samples));
  }

  /** A request for the last of the first {@code count} samples. */
  DecodeRequest request(int count) {
    List<CodedSample> some = samples.subList(0, count);
    return new DecodeRequest(
        codec, some, some.getLast().presentationTime(), PictureOutput.of(ImageFormat.PNG));
  }

  /**
   * Requests for a picture of each key frame's, of the samples that it needs.
   *
   * @param behind which one, in the order in which they are shown; 0 is the key frame itself
   */
  public List<DecodeRequest> needed(int behind) {
    var requests = new ArrayList<DecodeRequest>();
    for (int first = 0, next; first < samples.size(); first = next) {
      for (next = first + 1; next < samples.size() && !samples.get(next).sync(); ) {
        next++;
      }
      List<CodedSample> group = samples.subList(first, next);
      List<Long> shown = group.stream().map(CodedSample::presentationTime).sorted().toList();
      if (behind < shown.size()) {
        long wanted = shown.get(behind);
        int last = group.stream().map(CodedSample::presentationTime).toList().indexOf(wanted);
        requests.add(
            NeededSamples.of(
                new DecodeRequest(
                    codec, group.subList(0, last + 1), wanted, PictureOutput.of(ImageFormat.PNG))));
      }
    }
    return requests;
  }
}
