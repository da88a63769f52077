// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.io.IOException;

/** What every operation of a {@link CrashableDisk} says from its crash point on. */
final class PowerLoss extends IOException {

  private static final long serialVersionUID = 1;

  PowerLoss() {
    super("power is off");
  }
}
