// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.SimpleTag;
import dev.weir.model.StreamId;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.Frame;
import java.util.List;
import java.util.Optional;

/**
 * Pictures of fragments whose producer asked for them by a tag, as image generation of Kinesis
 * Video Streams has it.
 */
final class TaggedPictures implements Occasions {

  private static final String TAG = "AWS_KINESISVIDEO_IMAGE_GENERATION";

  private final Hook hook;
  private final StreamId stream;
  private final Publications publications;
  private final SharedPictures pictures;

  TaggedPictures(Hook hook, StreamId stream, Publications publications, SharedPictures pictures) {
    this.hook = hook;
    this.stream = stream;
    this.publications = publications;
    this.pictures = pictures;
  }

  @Override
  public Optional<Delivery> of(FragmentEntry fragment, Position position, int index) {
    List<SimpleTag> tags = publications.tags(stream, fragment);
    if (tags.stream().noneMatch(tag -> tag.name().equals(TAG))) {
      return Optional.empty();
    }
    return pictures
        .sampled(stream, fragment, hook, index)
        .map(picture -> delivery(picture, fragment, position, tags));
  }

  private Delivery delivery(
      Frame picture, FragmentEntry fragment, Position position, List<SimpleTag> tags) {
    return new Delivery(
        hook.on(),
        position.sequence() + 1,
        picture.producerTimeMs() * MediaTime.NANOS_PER_MILLI,
        fragment.number().toString(),
        picture.mediaType(),
        picture.file(),
        Optional.of(new Delivery.Tagged(fragment.producerTimeNs(), fragment.serverTimeNs(), tags)));
  }
}
