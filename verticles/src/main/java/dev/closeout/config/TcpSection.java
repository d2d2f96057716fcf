package dev.closeout.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code tcp}.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 takes a free one
 * @param plain whether that port is there: without it, only {@code tlsPort} is
 * @param tlsPort port to listen on for TLS; 0 takes a free one; null: none
 * @param proxyProtocol whether connections to both come through a proxy that says who the peer is
 * @param idleTimeout a connection from which nothing is read for so long is ended; 0 never
 * @param lineLimit longest line in bytes, its end not counted
 */
public record TcpSection(
        String host,
        int port,
        boolean plain,
        @Nullable Integer tlsPort,
        ProxyProtocol proxyProtocol,
        Duration idleTimeout,
        int lineLimit) {
    public TcpSection {
        Check.that(!host.isBlank(), "tcp.host", "empty", "an address of this machine, such as 127.0.0.1");
        Check.port("tcp.port", port);
        if (tlsPort != null) {
            Check.port("tcp.tls-port", tlsPort);
            Check.that(
                    tlsPort == 0 || !plain || tlsPort != port, "tcp.tls-port", tlsPort, "another port than tcp.port");
        }
        Check.that(plain || tlsPort != null, "tcp.plain", false, "true without tcp.tls-port: there is no other port");
        Check.between("tcp.idle-timeout", idleTimeout, Duration.ZERO, Duration.ofHours(24));
        Check.between("tcp.line-limit", lineLimit, 512, 1 << 20, "bytes");
    }
}
