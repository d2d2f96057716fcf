package dev.closeout.worker.postgres;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.DurationText;
import dev.closeout.failure.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's first words with its database: said again while nobody answers, for as long as the operator wants. */
final class DatabaseStart {
    private static final Logger log = LoggerFactory.getLogger(DatabaseStart.class);

    private final Vertx vertx;
    private final Duration patience;
    private final Backoff backoff = new Backoff();
    private final long begun = System.nanoTime();
    private boolean announced;

    /** Nobody answered; another try may help. The text is for the operator. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1;

        NoAnswer(String text) {
            super(text);
        }
    }

    /**
     * The time begins.
     *
     * @param patience {@code database.start-timeout}; zero: for ever
     */
    DatabaseStart(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** Fails when the database refuses, or with a {@link ConfigurationException} when it has not answered in time. */
    <T> Future<T> until(Supplier<Future<T>> attempt) {
        var done = Promise.<T>promise();
        attempt(attempt, done);
        return done.future();
    }

    private <T> void attempt(Supplier<Future<T>> attempt, Promise<T> done) {
        attempt.get()
                .onSuccess(result -> {
                    if (announced) {
                        announced = false;
                        log.info("PostgreSQL answers");
                    }
                    backoff.reset();
                    done.complete(result);
                })
                .onFailure(failure -> {
                    if (!mayPass(failure)) {
                        done.fail(failure);
                    } else if (isLate()) {
                        done.fail(new ConfigurationException(
                                "%s. Set database.uri (CLOSEOUT_DATABASE_URI), or a longer database.start-timeout."
                                        .formatted(failure.getMessage())));
                    } else {
                        announce(failure);
                        vertx.setTimer(backoff.next().toMillis(), timer -> attempt(attempt, done));
                    }
                });
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof NoAnswer
                || (!(failure instanceof ConfigurationException) && SqlState.isOfServer(failure));
    }

    private void announce(Throwable failure) {
        if (!announced) {
            announced = true;
            log.warn(
                    "{}. Waiting for it {} (database.start-timeout).",
                    failure.getMessage(),
                    patience.isZero() ? "as long as it takes" : "for " + DurationText.write(patience));
        }
    }

    private boolean isLate() {
        return !patience.isZero() && System.nanoTime() - begun > patience.toNanos();
    }
}
