// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.ingest.ClusterRule;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.NotFound;
import dev.weir.model.StorageFailure;
import dev.weir.model.UnsupportedMedia;

/** Why a PutMedia ended, as its acknowledgements say it. Immutable. */
enum AckError {
  STREAM_READ_ERROR(4000),
  MAX_FRAGMENT_SIZE_REACHED(4001),
  MAX_FRAGMENT_DURATION_REACHED(4002),
  MAX_CONNECTION_DURATION_REACHED(4003),
  FRAGMENT_TIMECODE_LESSER_THAN_PREVIOUS(4004),
  INVALID_MKV_DATA(4006),
  STREAM_NOT_ACTIVE(4008),
  FRAGMENT_METADATA_LIMIT_REACHED(4009),
  TRACK_NUMBER_MISMATCH(4010),
  FRAMES_MISSING_FOR_TRACK(4011),
  MORE_THAN_ALLOWED_TRACKS_FOUND(4012),
  INTERNAL_ERROR(5000),
  ARCHIVAL_ERROR(5001);

  private final int id;

  AckError(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }

  static AckError of(ClusterRule rule) {
    return switch (rule) {
      case SIZE -> MAX_FRAGMENT_SIZE_REACHED;
      case DURATION -> MAX_FRAGMENT_DURATION_REACHED;
      case ORDER -> FRAGMENT_TIMECODE_LESSER_THAN_PREVIOUS;
      case ONE_HEADER -> INVALID_MKV_DATA;
      case TRACK_COUNT -> MORE_THAN_ALLOWED_TRACKS_FOUND;
      case TRACK_NUMBER -> TRACK_NUMBER_MISMATCH;
      case FRAMES_OF_EACH_TRACK -> FRAMES_MISSING_FOR_TRACK;
      case TAGS -> FRAGMENT_METADATA_LIMIT_REACHED;
    };
  }

  static AckError of(RuntimeException failure) {
    return switch (failure) {
      case NotFound _ -> STREAM_NOT_ACTIVE;
      case StorageFailure _ -> ARCHIVAL_ERROR;
      case MalformedMedia _, UnsupportedMedia _, LimitExceeded _ -> INVALID_MKV_DATA;
      default -> INTERNAL_ERROR;
    };
  }
}
