package dev.closeout.worker.postgres;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * One line when something that is done again and again begins to fail, and one when it is over. Says nothing while the
 * breaker refuses calls: it has told of the outage. Used by one verticle.
 */
public final class FailingSpell {
    private final Logger log;
    private final String what;
    private boolean over;
    private long tries;
    private long since;

    /** @param what the subject of the sentence */
    public FailingSpell(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    public void failed(Throwable failure) {
        if (over || CircuitBreaker.hasRefused(failure)) {
            return;
        }
        if (tries == 0) {
            since = System.nanoTime();
            log.warn("{} fails: {}. It is tried again until it succeeds.", what, failure.getMessage());
        }
        tries++;
    }

    public void succeeded() {
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
    public void end() {
        over = true;
    }
}
