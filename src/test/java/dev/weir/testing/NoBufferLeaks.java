// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails every test class in whose time a Netty buffer was lost; JUnit finds it by itself. */
public final class NoBufferLeaks implements AfterAllCallback {

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> lost = LeakRecorder.lost();
    if (!lost.isEmpty()) {
      throw new AssertionError(lost.size() + " buffers leaked:\n" + String.join("\n", lost));
    }
  }
}
