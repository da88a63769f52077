// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.control.Stream;
import java.util.function.Function;

/**
 * What hooks may and how they say it. Immutable.
 *
 * @param rules where deliveries may go
 * @param images where pictures that streams are configured to generate go
 * @param arns what a stream is called in notifications; the account is its fifth part
 */
public record HookOptions(AddressRules rules, ImageStore images, Function<Stream, String> arns) {}
