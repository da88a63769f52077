// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.hooks.ImageStore;
import dev.weir.kinesis.video.Identity;
import dev.weir.kinesis.video.Quotas;

/**
 * What clients of Kinesis Video Streams find. Immutable.
 *
 * @param identity where they are told that streams are
 * @param quotas what they may
 * @param images where pictures go that they have streams generate
 */
public record KinesisOptions(Identity identity, Quotas quotas, ImageStore images) {

  static final String DEFAULT_REGION = "us-east-1";
  static final String DEFAULT_ACCOUNT = "000000000000";

  public static final KinesisOptions DEFAULT =
      new KinesisOptions(
          new Identity(DEFAULT_REGION, DEFAULT_ACCOUNT), Quotas.GENEROUS, new ImageStore.None());

  /** The same for clients that may so much. */
  public KinesisOptions with(Quotas granted) {
    return new KinesisOptions(identity, granted, images);
  }

  /** The same with another place for pictures that are generated. */
  public KinesisOptions with(ImageStore place) {
    return new KinesisOptions(identity, quotas, place);
  }
}
