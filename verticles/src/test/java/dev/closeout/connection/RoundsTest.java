package dev.closeout.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final int MANY = 100_000;
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    /** Ticks of a quarter of a second in an eighth of ten seconds. */
    private static final int PARTS = 5;

    @Test
    void eachIsLookedAtOnceARound() {
        var rounds = new Rounds<>(Duration.ofSeconds(90), TEN_SECONDS, Duration.ZERO);
        var all = many(rounds);
        var looked = new HashMap<Object, Integer>();
        for (var tick = 0; tick < PARTS; tick++) {
            rounds.next().forEach(one -> looked.merge(one, 1, Integer::sum));
        }
        assertEquals(MANY, looked.size());
        assertTrue(all.stream().allMatch(one -> Integer.valueOf(1).equals(looked.get(one))));
    }

    @Test
    void noTickHasMuchMoreThanItsShare() {
        var rounds = new Rounds<>(TEN_SECONDS);
        many(rounds);
        for (var tick = 0; tick < PARTS; tick++) {
            var part = rounds.next().size();
            assertTrue(part < 1.1 * MANY / PARTS, () -> part + " of " + MANY);
        }
    }

    @Test
    void aShortDeadlineIsLookedAtEachTick() {
        var rounds = new Rounds<>(Duration.ofMillis(300), TEN_SECONDS);
        var all = many(rounds);
        assertEquals(all.size(), rounds.next().size());
        assertEquals(all.size(), rounds.next().size());
    }

    @Test
    void whoeverHasLeftIsNotLookedAtAgain() {
        var rounds = new Rounds<>(TEN_SECONDS);
        var all = many(rounds);
        all.forEach(rounds::remove);
        all.forEach(rounds::remove);
        assertEquals(0, rounds.size());
        assertEquals(List.of(), List.copyOf(rounds.all()));
    }

    /** One may end another while it is looked at. */
    @Test
    void whoeverIsLookedAtMayLeave() {
        var rounds = new Rounds<>(Duration.ofMillis(300));
        many(rounds);
        rounds.next().forEach(rounds::remove);
        assertEquals(0, rounds.size());
    }

    private static List<Object> many(Rounds<Object> rounds) {
        var all = new ArrayList<>();
        for (var i = 0; i < MANY; i++) {
            var one = new Object();
            all.add(one);
            rounds.add(one);
        }
        assertEquals(MANY, rounds.size());
        return all;
    }
}
