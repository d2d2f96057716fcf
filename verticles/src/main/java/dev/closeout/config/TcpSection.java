package dev.closeout.config;

import java.time.Duration;

/**
 * Section {@code tcp}.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 takes a free one
 * @param idleTimeout a connection from which nothing is read for so long is ended; 0 never
 * @param lineLimit longest line in bytes, its end not counted
 */
public record TcpSection(String host, int port, Duration idleTimeout, int lineLimit) {
    public TcpSection {
        Check.that(!host.isBlank(), "tcp.host", "empty", "an address of this machine, such as 127.0.0.1");
        Check.port("tcp.port", port);
        Check.between("tcp.idle-timeout", idleTimeout, Duration.ZERO, Duration.ofHours(24));
        Check.between("tcp.line-limit", lineLimit, 512, 1 << 20, "bytes");
    }
}
