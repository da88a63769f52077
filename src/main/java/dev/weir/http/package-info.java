// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP face: server, routes, bodies with flow control, problems. The only user of Netty. Event
 * loops parse and demux; whatever touches disk or SQL runs on the read pool.
 */
@NullMarked
package dev.weir.http;

import org.jspecify.annotations.NullMarked;
