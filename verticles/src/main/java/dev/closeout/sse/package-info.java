/** Streams of server-sent events, and the messages that their clients post. They come over {@code http}. Runs on event loops. */
@NullMarked
package dev.closeout.sse;

import org.jspecify.annotations.NullMarked;
