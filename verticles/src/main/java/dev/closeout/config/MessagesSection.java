package dev.closeout.config;

import java.time.Duration;

/**
 * Section {@code messages}: what clients send.
 *
 * @param handlerTimeout how long a handler may take over one message, or a request over the bridge
 * @param waitingLimit bytes of one connection that may wait for a handler before its socket waits too
 * @param nodeLimit the same for all connections of this node together; then each may have one message waiting, and
 *     beyond twice as many bytes messages are dropped
 */
public record MessagesSection(Duration handlerTimeout, int waitingLimit, int nodeLimit) {
    public MessagesSection {
        Check.between("messages.handler-timeout", handlerTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        Check.between("messages.waiting-limit", waitingLimit, 1024, 1 << 30, "bytes");
        Check.between("messages.node-limit", nodeLimit, 1024, 1 << 30, "bytes");
    }
}
