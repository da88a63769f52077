/** What the commands share: how they fail, tell of progress, and write for people and machines. */
@NullMarked
package dev.weir.server.cli;

import org.jspecify.annotations.NullMarked;
