// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weir.testing.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.CommandSpec;

final class ConfigurationTest {

  private static final Path REFERENCE = Path.of("src/site/markdown/reference/configuration.md");

  @TempDir Path folder;

  /** The value that an option of a command has in the end. */
  private static Object value(String option, Map<String, String> environment, String... arguments) {
    CommandSpec parsed =
        Main.commandLine(environment, arguments).parseArgs(arguments).subcommand().commandSpec();
    return parsed.findOption(option).getValue();
  }

  private String file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("weir.yaml"), yaml).toString();
  }

  @Test
  void theOptionComesBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
    String file = file("listen: 127.0.0.1:3\n");
    Map<String, String> environment = Map.of("WEIR_LISTEN", "127.0.0.1:2");
    String option = "127.0.0.1:1";
    assertThat(value("--listen", Map.of(), "serve")).isEqualTo("127.0.0.1:8080");
    assertThat(value("--listen", Map.of(), "serve", "--config", file)).isEqualTo("127.0.0.1:3");
    assertThat(value("--listen", environment, "serve", "--config=" + file))
        .isEqualTo("127.0.0.1:2");
    assertThat(value("--listen", environment, "serve", "--listen", option, "--config", file))
        .isEqualTo(option);
  }

  @Test
  void aFlagAndAListCanBeConfigured() throws IOException {
    String file = file("insecure: true\ndata: [/srv/one, /srv/two]\n");
    assertThat(value("--insecure", Map.of(), "serve")).isEqualTo(false);
    assertThat(value("--insecure", Map.of(), "serve", "--config", file)).isEqualTo(true);
    assertThat(value("--data", Map.of(), "serve", "--config", file))
        .isEqualTo(List.of(Path.of("/srv/one"), Path.of("/srv/two")));
    assertThat(value("--data", Map.of("WEIR_DATA", "a,b"), "check"))
        .isEqualTo(List.of(Path.of("a"), Path.of("b")));
    assertThat(value("--data", Map.of(), "serve", "--data", "a", "--data", "b"))
        .isEqualTo(List.of(Path.of("a"), Path.of("b")));
  }

  @Test
  void aCommandThatAsksForNothingDoesNotReadTheFile() throws IOException {
    String file = file("no: such: thing\n");
    assertThat(CommandRun.of("inspect", "media-samples/opus.webm").status()).isZero();
    assertThat(CommandRun.of("check", "--config", file).status()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"lisen,listen", "dta,data", "insecur,insecure", "sever,server", "Listen,listen"})
  void anUnknownKeyIsAnErrorThatNamesTheNearest(String key, String nearest) throws IOException {
    CommandRun run = CommandRun.of("serve", "--config", file(key + ": x\n"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.errors()).contains("unknown key " + key + "; the nearest is " + nearest + ",");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'listen: [}'|line 1",
        "'- listen'|lines of key: value",
        "'listen: {a: b}'|listen wants a value",
        "'data: []'|data wants a value",
        "'listen:'|listen wants a value",
        "'listen: a\nlisten: b'|Duplicate"
      })
  void aFileThatMakesNoSenseIsAnErrorThatNamesIt(String yaml, String said) throws IOException {
    String file = file(yaml + "\n");
    CommandRun run = CommandRun.of("serve", "--config", file);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.errors()).contains(file).contains(said);
  }

  @Test
  void aFileThatIsNamedMustBeThere() {
    CommandRun run = CommandRun.of("serve", "--config", folder.resolve("none.yaml").toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.errors()).contains("none.yaml can't be read");
    assertThat(CommandRun.of("serve", "--config").status()).isEqualTo(2);
  }

  @Test
  void anEmptyFileAndForeignVariablesAreNoError() throws IOException {
    String file = file("# nothing\n");
    Map<String, String> environment = Map.of("WEIR_PORT", "tcp://10.0.0.1:8080");
    assertThat(value("--listen", environment, "serve", "--config", file))
        .isEqualTo("127.0.0.1:8080");
  }

  /** The sample in the reference. */
  private static String sample() throws IOException {
    String page = Files.readString(REFERENCE);
    int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
    return page.substring(begin, page.indexOf("```", begin));
  }

  @Test
  void theSampleHasEveryKeyOnceEachWithAWordOfExplanation() throws IOException {
    JsonNode yaml = new ObjectMapper(new YAMLFactory()).readTree(sample());
    var keys = new TreeSet<String>();
    yaml.fieldNames().forEachRemaining(keys::add);
    assertThat(keys).isEqualTo(Configuration.keys());
    List<String> lines = sample().lines().toList();
    for (String key : keys) {
      int at =
          lines.indexOf(
              lines.stream().filter(line -> line.startsWith(key + ":")).findFirst().orElseThrow());
      assertThat(lines.get(at - 1)).as("the line before %s", key).startsWith("# ");
    }
  }

  @Test
  void theSampleSaysTheDefaults() throws IOException {
    String file = file(sample());
    var withSample = new TreeMap<String, Object>();
    var without = new TreeMap<String, Object>();
    for (String key : Configuration.keys()) {
      if (key.equals("server")) {
        withSample.put(key, value("--server", Map.of(), "push", "--config", file, "cam", "-"));
        without.put(key, value("--server", Map.of(), "push", "cam", "-"));
      } else {
        withSample.put(key, value("--" + key, Map.of(), "serve", "--config", file));
        without.put(key, value("--" + key, Map.of(), "serve"));
      }
    }
    assertThat(withSample).isEqualTo(without);
  }

  @Test
  void eachVariableIsWhatItsKeyIsCalled() {
    assertThat(Configuration.variable("public-url")).isEqualTo("WEIR_PUBLIC_URL");
  }
}
