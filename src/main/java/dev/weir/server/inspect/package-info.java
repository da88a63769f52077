/** {@code weir inspect}: readable dumps of media files and of Weir's own. */
@NullMarked
package dev.weir.server.inspect;

import org.jspecify.annotations.NullMarked;
