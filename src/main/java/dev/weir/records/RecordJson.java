// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * JSON read so that what is written of it means the same: numbers keep all their digits, and a name
 * stands once. Nothing may follow. Stateless.
 */
public final class RecordJson {

  /** Stored and answered, it stands in other objects. */
  private static final int DEEPEST_SENT = 100;

  private static final int DEEPEST_STORED = 110;

  private static final ObjectMapper SENT = mapper(DEEPEST_SENT);
  private static final ObjectMapper STORED = mapper(DEEPEST_STORED);

  private RecordJson() {}

  private static ObjectMapper mapper(int deepest) {
    var limits = StreamReadConstraints.builder().maxNestingDepth(deepest).build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /**
   * What somebody sent.
   *
   * @throws IOException when the text is not JSON, or more than that, or objects in objects are
   *     more than {@value #DEEPEST_SENT}
   */
  public static JsonNode read(String text) throws IOException {
    return SENT.readTree(text);
  }

  /** What is stored of it. */
  static JsonNode readStored(String text) throws IOException {
    return STORED.readTree(text);
  }
}
