// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weir.server.cli.CommandFailed;
import dev.weir.server.cli.ConfigOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where options come from that are not given: the environment, else a file. A key is an option's
 * name without its dashes, and {@code WEIR_} with the key in capitals in the environment. The file
 * is read when the first such option is asked for. Confined to one thread.
 */
final class Configuration implements IDefaultValueProvider {

  private static final Path STANDARD_FILE = Path.of("weir.yaml");
  private static final ObjectMapper YAML =
      new ObjectMapper(
          new YAMLFactory().configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true));

  private final Map<String, String> environment;
  private final Optional<Path> named;
  private final SortedSet<String> keys;
  private Optional<Map<String, String>> read = Optional.empty();

  private Configuration(
      Map<String, String> environment, Optional<Path> named, SortedSet<String> keys) {
    this.environment = environment;
    this.named = named;
    this.keys = keys;
  }

  /** Gives a program's options their values; {@code arguments} are those it will be run with. */
  static void provide(CommandLine program, Map<String, String> environment, String... arguments) {
    program.setDefaultValueProvider(new Configuration(environment, named(arguments), keys()));
  }

  private static Optional<Path> named(String... arguments) {
    var first = new FirstLook();
    try {
      new CommandLine(first).setUnmatchedArgumentsAllowed(true).parseArgs(arguments);
    } catch (ParameterException e) {
      // The program, which looks again, will say so.
      return Optional.empty();
    }
    return Optional.ofNullable(first.config.file());
  }

  /** Finds {@code --config} among whatever other arguments there are. */
  @Command
  private static final class FirstLook {
    @Mixin private ConfigOption config;
  }

  /** The keys: what can be said to serve, and which server the other commands talk to. */
  static SortedSet<String> keys() {
    var keys = new TreeSet<String>();
    for (OptionSpec option : new CommandLine(new ServeCommand()).getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        keys.add(key(option));
      }
    }
    keys.remove(ConfigOption.NAME.substring(2));
    keys.add("server");
    return keys;
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  static String variable(String key) {
    return "WEIR_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || !keys.contains(key(option))) {
      return null;
    }
    String key = key(option);
    String value = environment.get(variable(key));
    return value != null ? value : file(argument.command().commandLine()).get(key);
  }

  private Map<String, String> file(CommandLine asking) {
    if (read.isEmpty()) {
      try {
        read = Optional.of(readFile());
      } catch (CommandFailed e) {
        throw new ParameterException(asking, e.getMessage(), e);
      }
    }
    return read.get();
  }

  private Map<String, String> readFile() {
    Path file = named.orElse(STANDARD_FILE);
    if (named.isEmpty() && !Files.exists(file)) {
      return Map.of();
    }
    JsonNode root;
    try {
      root = YAML.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new CommandFailed(
          file + " line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CommandFailed(file + " can't be read: " + e, e);
    }
    var values = new HashMap<String, String>();
    if (root.isMissingNode() || root.isNull()) {
      return values;
    }
    if (!root.isObject()) {
      throw new CommandFailed(file + ": wants lines of key: value");
    }
    root.properties().forEach(entry -> values.put(known(entry.getKey(), file), value(entry, file)));
    return values;
  }

  private String known(String key, Path file) {
    if (!keys.contains(key)) {
      throw new CommandFailed(
          file + ": unknown key " + key + "; the nearest is " + nearest(key) + ", all are " + keys);
    }
    return key;
  }

  /** One value, or a list of them as options take it. */
  private static String value(Map.Entry<String, JsonNode> entry, Path file) {
    JsonNode value = entry.getValue();
    if (value.isValueNode() && !value.isNull()) {
      return value.asText();
    }
    if (value.isArray() && !value.isEmpty() && allValues(value)) {
      var texts = new ArrayList<String>();
      value.forEach(each -> texts.add(each.asText()));
      return String.join(",", texts);
    }
    throw new CommandFailed(file + ": " + entry.getKey() + " wants a value, or a list of values");
  }

  private static boolean allValues(JsonNode list) {
    for (JsonNode each : list) {
      if (!each.isValueNode() || each.isNull()) {
        return false;
      }
    }
    return true;
  }

  private String nearest(String key) {
    return keys.stream().min(Comparator.comparingInt(known -> edits(known, key))).orElseThrow();
  }

  /** How many letters have to be put in, taken out or changed to make one word the other. */
  private static int edits(String from, String to) {
    var row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
