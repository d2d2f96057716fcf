package dev.closeout.worker.owed;

import dev.closeout.worker.owed.OwedCall.HandlerId;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one node knows of a handler: how many calls are under way, and whether it answers.
 *
 * <p>All methods run on the context of the verticle that made it.
 */
final class OwedHandler {
    private static final Logger log = LoggerFactory.getLogger(OwedHandler.class);
    /** Without a failure for so long, an answer means that it is well again: one bad row does not make it flap. */
    private static final Duration CALM = Duration.ofSeconds(10);

    private final HandlerId handlerId;
    private final int limit;
    private int underWay;
    private boolean failing;
    private long failedAt;

    OwedHandler(HandlerId handlerId, int limit) {
        this.handlerId = handlerId;
        this.limit = limit;
    }

    /** Calls that may be begun now. */
    int free() {
        return limit - underWay;
    }

    int underWay() {
        return underWay;
    }

    void begun() {
        underWay++;
    }

    /** The call's end is written down. */
    void ended() {
        underWay--;
    }

    void answered() {
        if (failing && System.nanoTime() - failedAt > CALM.toNanos()) {
            failing = false;
            log.info("The owed handler {} answers again", handlerId.address());
        }
    }

    void failed(String error) {
        failedAt = System.nanoTime();
        if (!failing) {
            failing = true;
            log.warn(
                    "The owed handler {} fails: {}. What it is owed waits in closeout.owed and is tried again.",
                    handlerId.address(),
                    error);
        }
    }
}
