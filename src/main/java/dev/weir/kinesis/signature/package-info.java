/** Signature version 4 of Amazon's APIs: who sent a request, by its head. */
@NullMarked
package dev.weir.kinesis.signature;

import org.jspecify.annotations.NullMarked;
