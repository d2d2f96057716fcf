package dev.closeout.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.closeout.message.cluster.MendCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns();
    private final List<String> begun = new ArrayList<>();

    @Test
    void oneAtATimeAndThoseWhoAskAgainInTheNextCycle() {
        turns.take(() -> begun.add("a"));
        turns.take(() -> begun.add("b"));
        turns.take(() -> begun.add("c"));
        assertEquals(List.of("a"), begun);
        turns.done();
        turns.take(() -> begun.add("a again"));
        turns.done();
        assertEquals(List.of("a", "b", "c"), begun);
        turns.done();
        assertEquals(List.of("a", "b", "c", "a again"), begun);
    }

    @Test
    void whatIsCountedIsToldOnceForTheWholeCycle() {
        turns.take(() -> {});
        turns.counted(7, 0, 3);
        assertNull(turns.takeCounted());
        assertNotNull(turns.done());
        turns.take(() -> {});
        turns.take(() -> {});
        turns.take(() -> {});
        turns.counted(7, 0, 5);
        assertEquals(Map.of(0, 5L), told(turns.done()), "a cycle of one: the others asked later");
        turns.counted(7, 1, 2);
        assertNull(turns.done());
        turns.counted(7, 0, 9);
        assertEquals(Map.of(0, 9L, 1, 2L), told(turns.done()));
    }

    /** Its lanes are another incarnation's now. */
    @Test
    void whatAnEarlierLifeCountedIsForgotten() {
        turns.counted(7, 0, 3);
        turns.counted(8, 1, 4);
        turns.counted(7, 2, 5);
        assertEquals(Map.of(1, 4L), told(turns.takeCounted()));
        assertNull(turns.takeCounted());
    }

    private static Map<Integer, Long> told(@org.jspecify.annotations.Nullable MendCounts counted) {
        assertNotNull(counted);
        return counted.since();
    }
}
