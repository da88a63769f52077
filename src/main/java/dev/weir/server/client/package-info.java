/** Commands that ask a running server, over its HTTP API and nothing else. */
@NullMarked
package dev.weir.server.client;

import org.jspecify.annotations.NullMarked;
