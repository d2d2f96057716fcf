package dev.closeout.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code sockets}: what TCP and WebSocket share.
 *
 * @param verticles socket verticles of each transport; 0: one a processor
 * @param handshakeTimeout from the accept to the welcome, or, at the bridge, until the token was shown
 * @param openTimeout how long a batch may take until the newcomers in it, and those behind it, are told to try again later
 * @param token what a client must present to be let in; none: nobody is asked
 * @param batchLimit opens, and closes, that one batch carries at most
 * @param backlogLimit closes of one verticle that may wait for their batch; one more, and they are forgotten and their
 *     rows looked for in the database once it answers
 * @param reconcile how often a verticle compares its connections with its rows and counts
 * @param admission whether connections are taken in while the database is away
 */
public record SocketsSection(
        int verticles,
        Duration handshakeTimeout,
        Duration openTimeout,
        @Nullable String token,
        int batchLimit,
        int backlogLimit,
        Duration reconcile,
        Admission admission) {
    public SocketsSection {
        Check.between("sockets.verticles", verticles, 0, 256, "verticles (0: one a processor)");
        Check.between("sockets.handshake-timeout", handshakeTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        Check.between("sockets.open-timeout", openTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        Check.that(token == null || !token.isBlank(), "sockets.token", "empty", "a secret, or left out");
        Check.that(
                token == null || token.chars().noneMatch(c -> c <= ' ' || c == 127),
                "sockets.token",
                "not usable",
                "without spaces and control characters: a space ends it in the hello line");
        Check.between("sockets.batch-limit", batchLimit, 1, 10_000, "connections");
        Check.between("sockets.backlog-limit", backlogLimit, 1, 10_000_000, "connections");
        Check.between("sockets.reconcile", reconcile, Duration.ofMillis(100), Duration.ofHours(24));
    }

    /** Socket verticles of each transport on this machine. */
    public int instances() {
        return verticles > 0 ? verticles : Runtime.getRuntime().availableProcessors();
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Sockets[verticles=%d, token=%s, admission=%s]"
                .formatted(verticles, token == null ? "none" : "set", admission);
    }
}
