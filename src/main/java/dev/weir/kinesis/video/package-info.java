/** Kinesis Video Streams: its operations as values and typed streams. */
@NullMarked
package dev.weir.kinesis.video;

import org.jspecify.annotations.NullMarked;
