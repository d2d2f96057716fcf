package dev.closeout.worker.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Logged;
import io.vertx.pgclient.PgException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailingSpellTest {
    private final Throwable mute = Failure.DATABASE_AWAY.because("PostgreSQL did not answer within 5000 ms");
    private final Throwable noTable = new PgException("there is no such table", "ERROR", "42P01", "");

    private final FailingSpell failing = new FailingSpell(LoggerFactory.getLogger(FailingSpellTest.class), "The work");

    @Test
    void leavesAnOutageToTheBreaker() {
        try (var logged = new Logged()) {
            for (var outage = 0; outage < 3; outage++) {
                failing.failed(mute);
                failing.failed(CircuitBreaker.away());
                failing.failed(CircuitBreaker.away());
            }
            failing.succeeded();

            assertEquals(List.of(), logged.lines());
        }
    }

    /** Each try takes longer than it may, and the server is well for all others. */
    @Test
    void saysOnceThatItMeetsSilenceWhenNobodyElseDoes() {
        try (var logged = new Logged()) {
            for (var i = 0; i < 10; i++) {
                failing.failed(mute);
            }

            assertEquals(
                    List.of(
                            "The work fails: PostgreSQL did not answer within 5000 ms. It is tried again until it succeeds."),
                    logged.lines());
        }
    }

    @Test
    void saysAtOnceWhatIsNotTheServers() {
        try (var logged = new Logged()) {
            failing.failed(noTable);

            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void saysNothingOnceItsVerticleStops() {
        try (var logged = new Logged()) {
            failing.stop();
            failing.failed(noTable);

            assertEquals(List.of(), logged.lines());
        }
    }
}
