package dev.closeout.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.message.cluster.Batch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LingerersTest {
    private static final long HOUR = 3_600_000;

    private final AtomicInteger refused = new AtomicInteger();
    private final Lingerers lingerers = new Lingerers(2, refused::incrementAndGet);

    @Test
    void oneMoreThanTheLimitDoesNotLinger() {
        assertEquals(HOUR, lingerers.grant("alice", HOUR, 0));
        assertEquals(HOUR, lingerers.grant("bob", HOUR, 0));
        assertEquals(Batch.Open.LINGER_UNSAID, lingerers.grant("carol", HOUR, 0));
        assertEquals(1, refused.get());
        assertEquals(HOUR, lingerers.grant("alice", HOUR, 0), "who has its place keeps it");
        assertEquals(0, lingerers.grant("carol", 0, 0), "to leave at once needs none");
        assertEquals(1, refused.get());
    }

    @Test
    void aPlaceIsFreeWhenItsTimeHasPassed() {
        lingerers.grant("alice", HOUR, 0);
        lingerers.grant("bob", HOUR, 0);
        lingerers.closed("alice", HOUR, 1_000);
        assertEquals(Batch.Open.LINGER_UNSAID, lingerers.grant("carol", HOUR, HOUR));
        assertEquals(HOUR, lingerers.grant("carol", HOUR, HOUR + 1_000));
        assertEquals(Batch.Open.LINGER_UNSAID, lingerers.grant("dan", HOUR, 3 * HOUR), "bob is still connected");
    }
}
