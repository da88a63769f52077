// SPDX-License-Identifier: Apache-2.0
/** Where weir.jar starts: compiled for Java 8, so that an older Java hears which one it needs. */
package dev.weir.launcher;
