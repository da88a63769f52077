// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.InvalidArgument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Access keys as JSON on disk. Stateless. */
final class AccessKeysDocument {

  private static final ObjectMapper JSON = new ObjectMapper();

  private AccessKeysDocument() {}

  static List<AccessKey> inOrder(Collection<AccessKey> keys) {
    return keys.stream()
        .sorted(Comparator.comparing(AccessKey::created).thenComparing(AccessKey::id))
        .toList();
  }

  static byte[] write(List<AccessKey> keys) {
    ObjectNode document = JSON.createObjectNode().put("version", 1);
    ArrayNode list = document.putArray("keys");
    for (AccessKey key : keys) {
      ObjectNode node =
          list.addObject()
              .put("id", key.id())
              .put("secret", key.secret())
              .put("name", key.name())
              .put("created", key.created().toString());
      key.sessionToken().ifPresent(token -> node.put("sessionToken", token));
      key.expires().ifPresent(expires -> node.put("expires", expires.toString()));
      ArrayNode permissions = node.putArray("permissions");
      key.permissions().forEach(each -> permissions.add(each.toString()));
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<AccessKey> read(byte[] document) throws IOException {
    var keys = new ArrayList<AccessKey>();
    try {
      for (JsonNode node : JSON.readTree(document).path("keys")) {
        keys.add(key(node));
      }
    } catch (DateTimeException | InvalidArgument e) {
      throw new IOException(e.getMessage(), e);
    }
    return keys;
  }

  private static AccessKey key(JsonNode node) {
    var permissions = new ArrayList<Permission>();
    node.path("permissions").forEach(each -> permissions.add(Permission.parse(each.asText())));
    return new AccessKey(
        node.path("id").asText(),
        node.path("secret").asText(),
        text(node, "sessionToken"),
        node.path("name").asText(),
        Instant.parse(node.path("created").asText()),
        text(node, "expires").map(Instant::parse),
        permissions);
  }

  private static Optional<String> text(JsonNode node, String name) {
    return node.hasNonNull(name) ? Optional.of(node.get(name).asText()) : Optional.empty();
  }
}
