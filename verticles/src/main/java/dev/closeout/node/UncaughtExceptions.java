package dev.closeout.node;

import dev.closeout.failure.LogThrottle;
import dev.closeout.vertx.BusPort;
import io.vertx.core.Handler;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What nobody handles, on whatever thread of Vert.x. What strangers send to the event bus's port is no fault of the node. */
final class UncaughtExceptions implements Handler<Throwable> {
    private static final Logger log = LoggerFactory.getLogger(UncaughtExceptions.class);
    /** Named as what throws mostly is: a broken link has Vert.x throw for each message, and what libraries repeat is held. */
    private static final Logger unhandled = LoggerFactory.getLogger("io.vertx.core.Unhandled");

    private final LogThrottle garbage = new LogThrottle(Duration.ofSeconds(1));

    @Override
    public void handle(Throwable failure) {
        if (!BusPort.isUnreadable(failure)) {
            unhandled.error("Unhandled exception", failure);
            return;
        }
        garbage.pass()
                .ifPresent(others -> log.warn(
                        "Something that is no message of the event bus came to its port ({}), and is not taken; so were {}"
                                + " others since the last line. Let only nodes reach that port.",
                        failure.toString(),
                        others));
    }
}
