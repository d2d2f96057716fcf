package dev.closeout.config;

import java.time.Duration;

/**
 * Section {@code http}: WebSocket, health and metrics.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 takes a free one
 * @param pingInterval how often a WebSocket is asked whether it is alive
 * @param pongTimeout how long after a ping nothing may be heard from it before it is ended
 * @param messageLimit longest WebSocket message in bytes
 */
public record Http(String host, int port, Duration pingInterval, Duration pongTimeout, int messageLimit) {
    public Http {
        Check.that(!host.isBlank(), "http.host", "empty", "an address of this machine, such as 127.0.0.1");
        Check.port("http.port", port);
        Check.between("http.ping-interval", pingInterval, Duration.ofMillis(100), Duration.ofHours(1));
        Check.between("http.pong-timeout", pongTimeout, Duration.ofMillis(100), Duration.ofHours(1));
        Check.between("http.message-limit", messageLimit, 512, 1 << 24, "bytes");
    }
}
