// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.SimpleTag;
import dev.weir.playback.chunk.ChunkTags;
import java.util.List;

/** The tags that the service puts around fragments. Immutable. */
final class FragmentTags implements ChunkTags {

  private static final String PREFIX = "AWS_KINESISVIDEO_";
  private static final int NOT_FOUND = 4000;

  @Override
  public List<SimpleTag> before(FragmentEntry fragment) {
    return List.of(
        tag("FRAGMENT_NUMBER", fragment.number().toString()),
        tag("SERVER_TIMESTAMP", Times.seconds(fragment.serverTimeNs()).toPlainString()),
        tag("PRODUCER_TIMESTAMP", Times.seconds(fragment.producerTimeNs()).toPlainString()));
  }

  /** A reader goes on after the fragment whose number is its token. */
  @Override
  public List<SimpleTag> after(FragmentEntry fragment, long behindMs) {
    return List.of(
        tag("MILLIS_BEHIND_NOW", Long.toString(behindMs)),
        tag("CONTINUATION_TOKEN", fragment.number().toString()));
  }

  @Override
  public List<SimpleTag> missing(FragmentNumber number) {
    return List.of(
        tag("FRAGMENT_NUMBER", number.toString()),
        tag("ERROR_CODE", "FRAGMENT_NOT_FOUND"),
        tag("ERROR_ID", Integer.toString(NOT_FOUND)),
        tag("EXCEPTION_ERROR_CODE", Integer.toString(NOT_FOUND)),
        tag("EXCEPTION_MESSAGE", "The fragment is not there."));
  }

  private static SimpleTag tag(String name, String value) {
    return new SimpleTag(PREFIX + name, value);
  }
}
