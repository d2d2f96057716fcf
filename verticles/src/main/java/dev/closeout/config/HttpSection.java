package dev.closeout.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code http}: WebSockets, streams of events, health and metrics.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 takes a free one
 * @param tls whether that port speaks TLS
 * @param proxyProtocol whether connections to it come through a proxy that says who the peer is
 * @param adminHost address to listen on for health, metrics and the API; null: the other one's
 * @param adminPort port for health, metrics and the API alone; 0: they are on the other one
 * @param pingInterval how often a WebSocket is asked whether it is alive
 * @param pongTimeout how long after a ping nothing may be heard from it before it is ended
 * @param messageLimit longest message of a client in bytes
 * @param commentInterval how long a stream of events may say nothing until it is sent a comment
 * @param h2c whether HTTP/2 is spoken without TLS, to whoever begins with it
 * @param streams streams that one connection of HTTP/2 may have open
 * @param resets streams of one connection that may be reset in 30 seconds; one more ends it
 */
public record HttpSection(
        String host,
        int port,
        boolean tls,
        ProxyProtocol proxyProtocol,
        @Nullable String adminHost,
        int adminPort,
        Duration pingInterval,
        Duration pongTimeout,
        int messageLimit,
        Duration commentInterval,
        boolean h2c,
        int streams,
        int resets) {
    public HttpSection {
        Check.that(!host.isBlank(), "http.host", "empty", "an address of this machine, such as 127.0.0.1");
        Check.port("http.port", port);
        Check.between("http.admin-port", adminPort, 0, 65535, "(0: the port of http.port)");
        Check.that(
                adminPort == 0 || adminPort != port,
                "http.admin-port",
                adminPort,
                "another port than http.port; leave it empty for the same one");
        Check.that(
                adminHost == null || adminPort > 0,
                "http.admin-host",
                String.valueOf(adminHost),
                "left empty without http.admin-port");
        Check.between("http.ping-interval", pingInterval, Duration.ofMillis(100), Duration.ofHours(1));
        Check.between("http.pong-timeout", pongTimeout, Duration.ofMillis(100), Duration.ofHours(1));
        Check.between("http.message-limit", messageLimit, 512, 1 << 24, "bytes");
        Check.between("http.comment-interval", commentInterval, Duration.ofMillis(100), Duration.ofHours(1));
        Check.between("http.streams", streams, 1, 1_000_000, "streams");
        Check.between("http.resets", resets, 1, 1_000_000, "streams");
    }

    /** Where health, metrics and the API are served apart from clients: its host; otherwise that of all. */
    public String hostOfAdmin() {
        return adminHost == null ? host : adminHost;
    }
}
