/** HTTP, which WebSockets, streams of events and the API come over; health and metrics. It knows none of what it serves. Runs on event loops. */
@NullMarked
package dev.closeout.http;

import org.jspecify.annotations.NullMarked;
