// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.CommandRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without credentials a server is reached from its own machine alone, unless that is wanted. */
final class ListenIT {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:0", "[::]:0", "192.0.2.1:8080", "[2001:db8::1]:8080"})
  void anAddressThatOthersReachIsRefusedAtTheStart(String address) {
    Path data = folder.resolve("data");
    CommandRun serve = CommandRun.of("serve", "--listen", address, "--data", data.toString());
    assertThat(serve.status()).isEqualTo(1);
    assertThat(serve.errors())
        .contains(address)
        .contains("can be reached from other machines")
        .contains("--insecure");
    assertThat(serve.output()).isEmpty();
    assertThat(data).as("nothing was begun").doesNotExist();
  }

  @Test
  void aPortThatIsTakenIsSaidAndNothingIsBegun() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path data = folder.resolve("data");
      String address = "127.0.0.1:" + taken.getLocalPort();
      CommandRun serve = CommandRun.of("serve", "--listen", address, "--data", data.toString());
      assertThat(serve.status()).isEqualTo(1);
      assertThat(serve.errors()).contains("another program listens on " + address);
      assertThat(data).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.0.0.1:eighty", "127.0.0.1:70000", "no.such.host.invalid:1"})
  void anAddressThatIsNoneIsWrongUsage(String address) {
    CommandRun serve = CommandRun.of("serve", "--listen", address, "--data", folder.toString());
    assertThat(serve.status()).isEqualTo(2);
    assertThat(serve.errors()).contains("--listen").contains(address);
  }
}
