// SPDX-License-Identifier: Apache-2.0
package dev.weir.launcher;

import java.lang.reflect.InvocationTargetException;

/**
 * Starts the program on a Java that can run it, and says in one line what is missing on any other.
 * Stateless.
 */
public final class Launcher {

  private static final int NEEDED = 25;

  private Launcher() {}

  /** The program's entry. */
  public static void main(String[] arguments) throws Exception {
    String version = System.getProperty("java.specification.version");
    if (major(version) < NEEDED) {
      System.err.println(
          "weir: needs Java "
              + NEEDED
              + " or newer, and this is Java "
              + System.getProperty("java.version")
              + " in "
              + System.getProperty("java.home")
              + "; scripts/weir looks for one in WEIR_JAVA_HOME, JAVA_HOME, PATH and /usr/lib/jvm");
      System.exit(1);
    }
    try {
      // By name, since this class is compiled for an older Java than the rest can be read by.
      Class.forName("dev.weir.server.Main")
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
    }
  }

  /** The number of a Java version: 8 was written 1.8. */
  private static int major(String version) {
    String number = version.startsWith("1.") ? version.substring(2) : version;
    int dot = number.indexOf('.');
    return Integer.parseInt(dot < 0 ? number : number.substring(0, dot));
  }
}
