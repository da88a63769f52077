// SPDX-License-Identifier: Apache-2.0
package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What documents point at is there, and what they must name they name. */
final class DocumentsTest {

  private static final Path PAGES = Path.of("src/site/markdown");
  private static final Path METRICS = Path.of("src/main/java/dev/weir/http/Metrics.java");

  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern METRIC = Pattern.compile("\\bweir_[a-z_]+");
  private static final Pattern PAGE_IN_CODE =
      Pattern.compile("\\b(?:design|guide|reference)/[a-z-]+\\.md");

  static List<Path> documents() throws IOException {
    var documents =
        new ArrayList<>(List.of(Path.of("README.md"), Path.of(".github/CONTRIBUTING.md")));
    documents.addAll(files(PAGES, ".md"));
    return documents;
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> all(Pattern pattern, int group, String text) {
    return pattern.matcher(text).results().map((MatchResult each) -> each.group(group)).toList();
  }

  /** Without what is shown as it is, in which brackets mean nothing. */
  private static String prose(Path document) {
    return FENCE.matcher(text(document)).replaceAll("");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsToAFileAndAHeading(Path document) {
    for (String link : all(LINK, 1, CODE.matcher(prose(document)).replaceAll(""))) {
      if (link.matches("[a-z]+:.*")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
      assertThat(target).as("%s links %s", document, link).exists();
      if (parts.length == 2) {
        assertThat(anchors(target)).as("%s links %s", document, link).contains(parts[1]);
      }
    }
  }

  /** The anchors that headings get where Markdown is shown. */
  private static Set<String> anchors(Path document) {
    Map<String, Integer> seen = new HashMap<>();
    var anchors = new TreeSet<String>();
    for (String heading : all(HEADING, 1, prose(document))) {
      String slug =
          heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
      int before = seen.merge(slug, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? slug : slug + "-" + before);
    }
    return anchors;
  }

  @Test
  void everyPageThatCodeNamesExists() throws IOException {
    for (Path source : files(Path.of("src"), ".java")) {
      for (String page : all(PAGE_IN_CODE, 0, text(source))) {
        assertThat(PAGES.resolve(page)).as("named in %s", source).exists();
      }
    }
  }

  @Test
  void theMetricsPageNamesEveryMetricAndNoOther() {
    var counted = new TreeSet<>(all(METRIC, 0, text(METRICS)));
    var described = new TreeSet<>(all(METRIC, 0, text(PAGES.resolve("reference/metrics.md"))));
    assertThat(counted).isNotEmpty().isEqualTo(described);
  }
}
