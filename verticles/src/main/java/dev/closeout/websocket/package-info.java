/** WebSocket connections: messages of text or bytes. They come over {@code http}. Runs on event loops. */
@NullMarked
package dev.closeout.websocket;

import org.jspecify.annotations.NullMarked;
