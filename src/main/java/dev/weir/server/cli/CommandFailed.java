// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.cli;

/** A command could not do what it was asked: one line for people, exit status 1. Immutable. */
public final class CommandFailed extends RuntimeException {

  private static final long serialVersionUID = 1;

  public CommandFailed(String message) {
    super(message);
  }

  public CommandFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
