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
        ask("a", "b", "c");
        assertEquals(List.of(), begun);
        turns.begin();
        assertEquals(List.of("a"), begun);
        turns.begin();
        assertEquals(List.of("a"), begun);
        turns.done();
        ask("a again");
        turns.done();
        assertEquals(List.of("a", "b", "c"), begun);
        turns.done();
        assertEquals(List.of("a", "b", "c", "a again"), begun);
    }

    @Test
    void whatIsCountedIsToldOnceForTheWholeCycle() {
        ask("a", "b");
        turns.begin();
        turns.counted(7, 0, 3);
        assertNull(turns.takeCounted());
        assertNull(turns.done());
        ask("c");
        turns.counted(7, 1, 2);
        assertEquals(Map.of(0, 3L, 1, 2L), told(turns.done()), "the other one asked later");
        turns.counted(7, 0, 9);
        assertEquals(Map.of(0, 9L), told(turns.done()));
    }

    /** Its lanes are another incarnation's now. */
    @Test
    void whatAnEarlierIncarnationCountedIsForgotten() {
        turns.counted(7, 0, 3);
        turns.counted(8, 1, 4);
        turns.counted(7, 2, 5);
        assertEquals(Map.of(1, 4L), told(turns.takeCounted()));
        assertNull(turns.takeCounted());
    }

    private void ask(String... owners) {
        for (var owner : owners) {
            turns.ask(() -> begun.add(owner));
        }
    }

    private static Map<Integer, Long> told(@org.jspecify.annotations.Nullable MendCounts counted) {
        assertNotNull(counted);
        return counted.since();
    }
}
