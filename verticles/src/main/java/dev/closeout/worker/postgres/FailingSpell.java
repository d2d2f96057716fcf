package dev.closeout.worker.postgres;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * One line when something that is done again and again begins to fail, and one when it is over. Says nothing of an outage, of
 * which the breaker tells: whatever first fails in one has met the server's silence itself, and is then refused. What meets it
 * twice running fails for a reason of its own. Used by one verticle.
 */
public final class FailingSpell {
    private final Logger log;
    private final String what;
    private boolean over;
    /** Whether the last try failed as the first one in an outage does. */
    private boolean suspicious;

    private long tries;
    private long since;

    /** @param what the subject of the sentence */
    public FailingSpell(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    public void failed(Throwable failure) {
        if (over || CircuitBreaker.hasRefused(failure)) {
            suspicious = false;
            return;
        }
        if (tries == 0 && !suspicious && SqlState.isOfServer(failure)) {
            suspicious = true;
            return;
        }
        if (tries == 0) {
            since = System.nanoTime();
            log.warn("{} fails: {}. It is tried again until it succeeds.", what, failure.getMessage());
        }
        tries++;
    }

    public void succeeded() {
        suspicious = false;
        if (tries > 0) {
            log.info(
                    "{} succeeds again after {} failures in {} s",
                    what,
                    tries,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since));
            tries = 0;
        }
    }

    /** Its verticle stops: what fails from now on fails for that. */
    public void stop() {
        over = true;
    }
}
