/**
 * The face that clients of Amazon's APIs know: what is common to its services. No media and no
 * storage here: operations are values or typed streams over ingest, playback and control.
 */
@NullMarked
package dev.weir.kinesis;

import org.jspecify.annotations.NullMarked;
