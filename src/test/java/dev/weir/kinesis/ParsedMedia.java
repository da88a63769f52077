// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import com.amazonaws.kinesisvideo.parser.ebml.InputStreamParserByteSource;
import com.amazonaws.kinesisvideo.parser.mkv.Frame;
import com.amazonaws.kinesisvideo.parser.mkv.MkvElementVisitException;
import com.amazonaws.kinesisvideo.parser.mkv.StreamingMkvReader;
import com.amazonaws.kinesisvideo.parser.utilities.FragmentMetadata;
import com.amazonaws.kinesisvideo.parser.utilities.FrameVisitor;
import com.amazonaws.kinesisvideo.parser.utilities.MkvTrackMetadata;
import dev.weir.model.Bytes;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Amazon's parser library finds in the media of GetMedia: fragments in order, each with its
 * frames in order. Immutable.
 */
public record ParsedMedia(Map<FragmentMetadata, List<Bytes>> framesByFragment) {

  public static ParsedMedia of(byte[] media) {
    var found = new LinkedHashMap<FragmentMetadata, List<Bytes>>();
    FrameVisitor visitor =
        FrameVisitor.create(
            new FrameVisitor.FrameProcessor() {
              @Override
              public void process(
                  Frame frame, MkvTrackMetadata track, Optional<FragmentMetadata> fragment) {
                found
                    .computeIfAbsent(fragment.orElseThrow(), each -> new ArrayList<>())
                    .add(Bytes.copyOf(frame.getFrameData().duplicate()));
              }
            });
    var reader =
        StreamingMkvReader.createDefault(
            new InputStreamParserByteSource(new ByteArrayInputStream(media)));
    try {
      reader.apply(visitor);
    } catch (MkvElementVisitException e) {
      throw new AssertionError(e);
    }
    return new ParsedMedia(found);
  }

  public List<FragmentMetadata> fragments() {
    return List.copyOf(framesByFragment.keySet());
  }

  public List<Bytes> frames() {
    return framesByFragment.values().stream().flatMap(List::stream).toList();
  }

  public List<String> numbers() {
    return fragments().stream().map(FragmentMetadata::getFragmentNumberString).toList();
  }
}
