// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.Bytes;
import dev.weir.model.InvalidArgument;
import dev.weir.testing.HookReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRulesTest {

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.0.192",
        "198.18.0.1",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
        "2001:0:1::1"
      })
  void whatIsNotPublicIsRefused(String literal) throws UnknownHostException {
    assertThat(AddressRules.PUBLIC.allows(address(literal))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"})
  void whatIsPublicIsAllowed(String literal) throws UnknownHostException {
    assertThat(AddressRules.PUBLIC.allows(address(literal))).isTrue();
  }

  @Test
  void whatIsNamedIsAllowedAndNoMore() throws UnknownHostException {
    AddressRules rules = AddressRules.allowing(List.of("10.1.0.0/16", "127.0.0.1", "fd00::/9"));
    assertThat(rules.allows(address("10.1.255.1"))).isTrue();
    assertThat(rules.allows(address("10.2.0.1"))).isFalse();
    assertThat(rules.allows(address("127.0.0.1"))).isTrue();
    assertThat(rules.allows(address("127.0.0.2"))).isFalse();
    assertThat(rules.allows(address("fd7f::1"))).isTrue();
    assertThat(rules.allows(address("fd80::1"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost/8", "10.0.0.0/33", "10.0.0/x", "", "10.0.0.0/-1"})
  void whatIsNoBlockIsSaid(String text) {
    assertThatThrownBy(() -> AddressRules.allowing(List.of(text)))
        .isInstanceOf(InvalidArgument.class);
  }

  /** DNS rebinding: the name is public when it is looked at, and loopback when it is used. */
  @Test
  void theAddressThatWasCheckedIsTheOneThatIsTalkedTo() throws IOException {
    try (var receiver = new HookReceiver()) {
      URI url = URI.create(receiver.url().replace("127.0.0.1", "rebinding.example"));
      var asked = new AtomicInteger();
      Outgoing.Resolver turning =
          host -> {
            assertThat(host).isEqualTo("rebinding.example");
            return new InetAddress[] {
              asked.getAndIncrement() == 0 ? address("192.0.2.1") : address("127.0.0.1")
            };
          };
      var rules = AddressRules.allowing(List.of("192.0.2.0/24"));
      try (var outgoing = new Outgoing(rules, turning, Duration.ofMillis(300))) {
        // Nobody is there; that it fails, and looks only once, is what matters.
        assertThatThrownBy(() -> outgoing.post(url, Map.of(), Bytes.copyOf(new byte[1])))
            .isInstanceOf(IOException.class);
        assertThat(asked).hasValue(1);
        assertThatThrownBy(() -> outgoing.post(url, Map.of(), Bytes.copyOf(new byte[1])))
            .isInstanceOf(Outgoing.Forbidden.class);
      }
      assertThat(receiver.taken()).isEmpty();
    }
  }

  @Test
  void ofSeveralAddressesOnlyAllowedOnesAreTalkedTo() throws IOException {
    Outgoing.Resolver both = host -> new InetAddress[] {address("127.0.0.1"), address("1.1.1.1")};
    try (var outgoing = new Outgoing(AddressRules.PUBLIC, both, Duration.ofSeconds(1))) {
      assertThat(outgoing.allowed("both.example")).containsExactly(address("1.1.1.1"));
    }
  }
}
