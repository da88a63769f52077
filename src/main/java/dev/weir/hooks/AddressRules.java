// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.InvalidArgument;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where deliveries may go: to public addresses, and to others that were named. A hook's address is
 * anybody's to state, so without this a hook would reach what only the server can: its own
 * services, the cloud's metadata, the network behind it. Immutable.
 */
public final class AddressRules {

  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /** Special-purpose ranges (RFC 6890 and its registries) and what embeds other addresses. */
  private static final List<Block> NOT_PUBLIC =
      blocks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3",
          "::/8",
          "64:ff9b::/32",
          "100::/64",
          "2001::/23",
          "2001:db8::/32",
          "2002::/16",
          "3fff::/20",
          "5f00::/16",
          "fc00::/7",
          "fe80::/9",
          "ff00::/8");

  /** Public addresses alone. */
  public static final AddressRules PUBLIC = new AddressRules(List.of());

  private final List<Block> allowed;

  private AddressRules(List<Block> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * Public addresses and those of blocks in CIDR notation.
   *
   * @throws InvalidArgument when one is none
   */
  public static AddressRules allowing(List<String> cidrs) {
    return new AddressRules(blocks(cidrs.toArray(String[]::new)));
  }

  boolean allows(InetAddress address) {
    byte[] bytes = address.getAddress();
    return allowed.stream().anyMatch(each -> each.contains(bytes))
        || NOT_PUBLIC.stream().noneMatch(each -> each.contains(bytes));
  }

  private static final class Block {

    private final byte[] prefix;
    private final int bits;

    Block(byte[] prefix, int bits) {
      this.prefix = prefix;
      this.bits = bits;
    }

    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      int whole = bits / 8;
      if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
        return false;
      }
      int rest = bits % 8;
      return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
    }
  }

  private static List<Block> blocks(String... cidrs) {
    return Arrays.stream(cidrs).map(AddressRules::block).toList();
  }

  private static Block block(String cidr) {
    int slash = cidr.indexOf('/');
    String literal = slash < 0 ? cidr : cidr.substring(0, slash);
    try {
      // A name would be looked up, and may mean another address tomorrow.
      if (LITERAL.matcher(literal).matches()) {
        byte[] prefix = InetAddress.getByName(literal).getAddress();
        int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
        if (bits >= 0 && bits <= prefix.length * 8) {
          return new Block(prefix, bits);
        }
      }
    } catch (UnknownHostException | NumberFormatException e) {
      // Said below.
    }
    throw new InvalidArgument("invalid block", "hooks-allow", "CIDR as 10.0.0.0/8", cidr);
  }
}
