/** HTTP: WebSocket connections, health and metrics, on one port. Runs on event loops. */
@NullMarked
package dev.closeout.http;

import org.jspecify.annotations.NullMarked;
