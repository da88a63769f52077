// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import java.util.List;
import java.util.regex.Pattern;

/** Values that several inputs have, as the service's model has them. Immutable. */
final class Shapes {

  static final Rule STREAM_NAME = text(1, 256, "[a-zA-Z0-9_.-]+");
  static final Rule DEVICE_NAME = text(1, 128, "[a-zA-Z0-9_.-]+");
  static final Rule RESOURCE_ARN =
      text(1, 1024, "arn:[a-z\\d-]+:kinesisvideo:[a-z0-9-]+:[0-9]+:[a-z]+/[a-zA-Z0-9_.-]+/[0-9]+");
  static final Rule VERSION = text(1, 64, "[a-zA-Z0-9]+");
  static final Rule MEDIA_TYPE =
      text(1, 128, "[\\w\\-\\.\\+]+/[\\w\\-\\.\\+]+(,[\\w\\-\\.\\+]+/[\\w\\-\\.\\+]+)*");
  static final Rule KMS_KEY_ID = text(1, 2048, ".+");
  static final Rule TAG_KEY = text(1, 128, "^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$");
  static final Rule TAG_VALUE = text(0, 256, "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");
  static final Rule TAGS = new Rule.Pairs(1, 50, TAG_KEY, TAG_VALUE);
  static final Rule TAG_KEYS = new Rule.Many(1, 50, TAG_KEY);
  static final Rule TAG_LIST =
      new Rule.Many(1, 50, Structure.EMPTY.required("Key", TAG_KEY).required("Value", TAG_VALUE));
  static final Rule NEXT_TOKEN = text(0, 1024, "[a-zA-Z0-9+/=]*");
  static final Rule LONG_NEXT_TOKEN = text(1, 4096, "[a-zA-Z0-9+/]+={0,2}");
  static final Rule FRAGMENT_NUMBER = text(1, 128, "^[0-9]+$");
  static final Rule ANY_WHOLE = new Rule.Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
  static final Rule SWITCH = choice("ENABLED", "DISABLED");
  static final Rule TIMESTAMP = new Rule.Timestamp();
  static final Rule TIMESTAMP_ORIGIN = choice("PRODUCER_TIMESTAMP", "SERVER_TIMESTAMP");
  static final Rule STORAGE_CONFIGURATION =
      Structure.EMPTY.required("DefaultStorageTier", choice("HOT", "WARM"));

  /** The one thing that can be said of a format: a number, written as text. */
  static final Rule FORMAT_CONFIG =
      new Rule.Pairs(1, 1, choice("JPEGQuality"), text(1, 3, "[1-9][0-9]?|100"));

  /** A stream by its name or by its ARN. */
  static final Structure STREAM =
      Structure.EMPTY.optional("StreamName", STREAM_NAME).optional("StreamARN", RESOURCE_ARN);

  static final Structure NAME_CONDITION =
      Structure.EMPTY
          .optional("ComparisonOperator", choice("BEGINS_WITH"))
          .optional("ComparisonValue", STREAM_NAME);

  private Shapes() {}

  static Rule text(int min, int max, String pattern) {
    return new Rule.Text(min, max, Pattern.compile(pattern));
  }

  static Rule choice(String... words) {
    return new Rule.Choice(List.of(words));
  }

  static Rule whole(long min, long max) {
    return new Rule.Whole(min, max);
  }
}
