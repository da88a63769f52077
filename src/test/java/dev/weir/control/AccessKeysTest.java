// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.InvalidArgument;
import dev.weir.model.NotFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessKeysTest {

  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path folder;

  @Test
  void whatOneMakesTheOtherSeesAfterItsNextLook() {
    var one = new AccessKeys(folder, CLOCK);
    var other = new AccessKeys(folder, CLOCK);
    AccessKey key =
        one.create(
            "cam", Optional.of(Duration.ofHours(1)), List.of(Permission.parse("Put*@cam-*")));
    assertThat(other.any()).isFalse();
    other.refresh();
    assertThat(other.find(key.id())).contains(key);
    other.revoke(key.id());
    one.refresh();
    assertThat(one.any()).isFalse();
    assertThatThrownBy(() -> one.revoke(key.id())).isInstanceOf(NotFound.class);
  }

  @Test
  void nobodyElseCanReadTheFile() throws IOException {
    new AccessKeys(folder, CLOCK).create("", Optional.empty(), List.of(Permission.ALL));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve(AccessKeys.FILE))))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatCantBeReadTakesNoKeyAway() throws IOException {
    var keys = new AccessKeys(folder, CLOCK);
    AccessKey key = keys.create("", Optional.empty(), List.of(Permission.ALL));
    Files.writeString(folder.resolve(AccessKeys.FILE), "{");
    keys.refresh();
    assertThat(keys.find(key.id())).contains(key);
  }

  @ParameterizedTest
  @CsvSource({
    "*@*, GetMedia, cam, true",
    "GetMedia, GetMedia, cam, true",
    "GetMedia, GetMediaForFragmentList, cam, false",
    "'Put*,Describe*@cam-*', DescribeStream, cam-7, true",
    "'Put*,Describe*@cam-*', DescribeStream, door, false",
    "'Put*,Describe*@cam-*', GetMedia, cam-7, false",
    "*Media@*-hall-*, GetMedia, cam-hall-1, true",
    "*Media@*-hall-*, GetMedia, cam-hall, false",
    "Get*a@a*a, GetMedia, a, false",
    "Get*a@a*a, GetMedia, aa, true",
  })
  void aStarStandsForAnyLetters(String text, String action, String stream, boolean allowed) {
    Permission permission = Permission.parse(text);
    assertThat(permission.allows(action, stream)).isEqualTo(allowed);
    assertThat(Permission.parse(permission.toString())).isEqualTo(permission);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@cam", "Get Media", "GetMedia@", "GetMedia@a/b", "Get.*"})
  void whatIsNoPermissionIsRefused(String text) {
    assertThatThrownBy(() -> Permission.parse(text)).isInstanceOf(InvalidArgument.class);
  }
}
