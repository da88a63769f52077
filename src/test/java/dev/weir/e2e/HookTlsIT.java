// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.testing.Eventually;
import dev.weir.testing.HookReceiver;
import dev.weir.testing.Program;
import dev.weir.testing.ServerProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deliveries over https: only to the very receiver that a trusted certificate names. */
final class HookTlsIT {

  private static final String PASSWORD = "changeit";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  /** A receiver's key with a certificate for a name. */
  private Path keyStore(String name, String subject) {
    Path file = folder.resolve(name + ".p12");
    Program.run(
        "keytool",
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "san=" + subject,
        "-keystore",
        file.toString(),
        "-storepass",
        PASSWORD);
    return file;
  }

  /** What the server's Java trusts beside nothing. */
  private void trust(Path keyStore, String name) {
    String certificate = folder.resolve(name + ".crt").toString();
    Program.run(
        "keytool",
        "-exportcert",
        "-alias",
        name,
        "-keystore",
        keyStore.toString(),
        "-storepass",
        PASSWORD,
        "-file",
        certificate);
    Program.run(
        "keytool",
        "-importcert",
        "-noprompt",
        "-alias",
        name,
        "-file",
        certificate,
        "-keystore",
        folder.resolve("trusted.p12").toString(),
        "-storepass",
        PASSWORD);
  }

  private static SSLContext context(Path keyStore) {
    try (InputStream in = Files.newInputStream(keyStore)) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD.toCharArray());
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private String send(HttpRequest.Builder request, int status) {
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static HttpRequest.Builder to(ServerProgram server, String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path));
  }

  private void hook(ServerProgram server, String id, String url) {
    String body = "{\"streams\":\"cam\",\"on\":\"fragment\",\"url\":\"" + url + "\"}";
    send(to(server, "/v1/hooks/" + id).PUT(HttpRequest.BodyPublishers.ofString(body)), 201);
  }

  private List<String> outcomes(ServerProgram server, String id) {
    try {
      JsonNode report =
          new ObjectMapper().readTree(send(to(server, "/v1/hooks/" + id + "/deliveries"), 200));
      return report.path("items").findValuesAsText("outcome");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void onlyAReceiverWhoseCertificateIsTrustedAndNamesItIsTalkedTo() throws IOException {
    Path right = keyStore("right", "ip:127.0.0.1");
    Path unknown = keyStore("unknown", "ip:127.0.0.1");
    Path another = keyStore("another", "dns:camera.example");
    trust(right, "right");
    trust(another, "another");
    List<String> trusting =
        List.of(
            "-Djavax.net.ssl.trustStore=" + folder.resolve("trusted.p12"),
            "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    try (var rightOne = new HookReceiver(context(right));
        var unknownOne = new HookReceiver(context(unknown));
        var anotherOne = new HookReceiver(context(another));
        ServerProgram server =
            ServerProgram.start(folder.resolve("data"), folder.resolve("log"), trusting)) {
      hook(server, "right", rightOne.url());
      hook(server, "unknown", unknownOne.url());
      hook(server, "another", anotherOne.url());
      send(
          to(server, "/v1/streams/cam/media")
              .POST(HttpRequest.BodyPublishers.ofFile(Path.of("media-samples/h264-aac.mkv"))),
          200);
      Eventually.holds("four deliveries", () -> rightOne.taken().size() == 4);
      assertThat(rightOne.taken().getFirst().header("Weir-Event")).isEqualTo("fragment");
      Eventually.holds("the unknown is tried", () -> outcomes(server, "unknown").size() >= 2);
      assertThat(outcomes(server, "unknown"))
          .allMatch(each -> each.contains("unable to find valid certification path"));
      Eventually.holds("the other is tried", () -> outcomes(server, "another").size() >= 2);
      assertThat(outcomes(server, "another"))
          .allMatch(each -> each.contains("No subject alternative names matching IP address"));
      assertThat(unknownOne.taken()).isEmpty();
      assertThat(anotherOne.taken()).isEmpty();
    }
  }
}
