// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import dev.weir.model.Bytes;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code multipart/mixed} body whose parts say their length, as a server sends pictures.
 * Confined to one thread.
 */
final class MultipartReader implements AutoCloseable {

  private static final int LONGEST_LINE = 1000;
  private static final int LARGEST_PART = 128 << 20;
  private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]+)\"");

  private final InputStream in;

  MultipartReader(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** A file of the body. */
  record Part(String fileName, Bytes body) {}

  /** The next part; empty after the last. */
  Optional<Part> next() throws IOException {
    String delimiter = line();
    if (delimiter.isEmpty()) {
      delimiter = line();
    }
    if (!delimiter.startsWith("--")) {
      throw new IOException("no multipart body");
    }
    if (delimiter.endsWith("--")) {
      return Optional.empty();
    }
    int length = -1;
    String name = "";
    for (String field = line(); !field.isEmpty(); field = line()) {
      int colon = field.indexOf(':');
      String value = field.substring(colon + 1).trim();
      switch (field.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = length(value);
        case "content-disposition" -> name = fileName(value);
        default -> {}
      }
    }
    if (length < 0 || name.isEmpty()) {
      throw new IOException("a part without length or name");
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the body ended within a picture");
    }
    return Optional.of(new Part(name, Bytes.copyOf(body)));
  }

  private static int length(String value) throws IOException {
    try {
      int length = Integer.parseInt(value);
      if (length >= 0 && length <= LARGEST_PART) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IOException("a part of " + value + " bytes");
  }

  private static String fileName(String value) throws IOException {
    Matcher matcher = FILE_NAME.matcher(value);
    if (!matcher.find()) {
      throw new IOException("a part without a file name");
    }
    return matcher.group(1);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the body ended without its end");
      }
      if (line.length() == LONGEST_LINE) {
        throw new IOException("a line without an end");
      }
      line.append((char) c);
    }
    String text = line.toString();
    return new String(
        (text.endsWith("\r") ? text.substring(0, text.length() - 1) : text)
            .getBytes(StandardCharsets.ISO_8859_1),
        StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
