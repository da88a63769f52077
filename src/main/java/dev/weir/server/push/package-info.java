/**
 * {@code weir push}: recordings are read, put on one timeline where need be, and sent, in real time
 * or as fast as they are taken.
 */
@NullMarked
package dev.weir.server.push;

import org.jspecify.annotations.NullMarked;
