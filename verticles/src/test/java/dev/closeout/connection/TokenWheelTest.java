package dev.closeout.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ends that come once, never early, and for nobody who was taken off. */
class TokenWheelTest {
    /** As late as a tick allows, and a machine that does other things too. */
    private static final long LATE_MS = 2_000;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        Eventually.done(vertx.close());
    }

    /** Of four slots, so that most are passed by before their time. */
    @Test
    void eachEndComesOnceAndNotEarly() {
        var random = new Random(7);
        var wanted = new HashMap<Integer, Long>();
        var came = new HashMap<Integer, Long>();
        var done = Promise.<Void>promise();
        vertx.runOnContext(v -> {
            var wheel = new TokenWheel<Integer>(vertx, 4, each -> {
                assertEquals(null, came.put(each, now()));
                if (came.size() == wanted.size()) {
                    done.complete();
                }
            });
            for (var each = 0; each < 1_000; each++) {
                put(wheel, wanted, each, random.nextInt(3_000));
            }
            for (var each = 0; each < 1_000; each += 5) {
                put(wheel, wanted, each, random.nextInt(3_000));
                wheel.take(each + 1);
                wanted.remove(each + 1);
            }
        });
        Eventually.done(done.future());

        assertEquals(800, came.size());
        wanted.forEach((each, at) -> {
            var late = came.getOrDefault(each, 0L) - at;
            assertTrue(late >= 0 && late <= LATE_MS, () -> late + " ms late");
        });
    }

    @Test
    void itTurnsOnlyWhileSomethingIsOnIt() {
        var ended = Promise.<Boolean>promise();
        var unused = new HashSet<String>();
        vertx.runOnContext(v -> {
            var wheel = new TokenWheel<String>(vertx, TokenWheel.SLOTS, unused::add);
            assertFalse(wheel.turns());
            wheel.put("a", 60_000);
            wheel.put("a", 120_000);
            wheel.put("b", 60_000);
            wheel.take("a");
            assertTrue(wheel.turns());
            wheel.take("b");
            wheel.take("b");
            ended.complete(wheel.turns());
        });

        assertEquals(false, Eventually.done(ended.future()));
        assertEquals(0, unused.size());
    }

    /** The last one that ends stops the timer; one that is put on in that moment starts it again. */
    @Test
    void theEndOfOneMayPutAnotherOn() {
        var second = Promise.<Void>promise();
        vertx.runOnContext(v -> {
            var then = new ArrayList<Runnable>();
            var wheel = new TokenWheel<String>(vertx, 4, each -> {
                if (each.equals("first")) {
                    then.forEach(Runnable::run);
                } else {
                    second.complete();
                }
            });
            then.add(() -> wheel.put("second", 0));
            wheel.put("first", 0);
        });

        Eventually.done(second.future());
    }

    private static void put(TokenWheel<Integer> wheel, Map<Integer, Long> wanted, int each, int millis) {
        wanted.put(each, now() + millis);
        wheel.put(each, millis);
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
