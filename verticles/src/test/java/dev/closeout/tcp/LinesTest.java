package dev.closeout.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinesTest {
    @Test
    void aStreamCutAnywhereGivesTheSameLines() {
        var stream = "HELLO alice\r\n\nPING x\n" + "y".repeat(64) + "\nlast\r\n";
        var expected = List.of("HELLO alice", "", "PING x", "y".repeat(64), "last");
        for (var seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var lines = new Lines(64);
            var read = new ArrayList<String>();
            for (var at = 0; at < stream.length(); ) {
                var end = Math.min(stream.length(), at + 1 + random.nextInt(20));
                lines.add(Buffer.buffer(stream.substring(at, end)));
                at = end;
                // What is not taken at once must keep, too.
                for (var line = random.nextBoolean() ? lines.next() : null; line != null; line = lines.next()) {
                    read.add(line.toString());
                }
            }
            for (var line = lines.next(); line != null; line = lines.next()) {
                read.add(line.toString());
            }
            assertEquals(expected, read, "seed " + seed);
        }
    }

    @Test
    void aLineWithoutAnEndIsRefusedAtItsLimit() {
        var lines = new Lines(8);
        lines.add(Buffer.buffer("12345678"));
        assertEquals(null, lines.next());
        lines.add(Buffer.buffer("90"));

        assertThrows(Lines.TooLongException.class, lines::next);
    }

    /** Wherever the stream is cut, between CR and LF too, the limit is the same. */
    @Test
    void aLineMayHaveItsLimitAndNotAByteMore() {
        for (var end : List.of("\n", "\r\n")) {
            for (var cut = 1; cut < 8 + end.length(); cut++) {
                assertEquals("12345678", readCut("12345678" + end, cut));
                var tooLong = "123456789" + end;
                var at = cut;
                assertThrows(Lines.TooLongException.class, () -> readCut(tooLong, at), "cut at " + cut);
            }
        }
    }

    @Test
    void aCarriageReturnAloneEndsNoLine() {
        assertEquals("a\rb", readCut("a\rb\n", 2));
        assertEquals("a\r", readCut("a\r\r\n", 3));
    }

    private static String readCut(String stream, int cut) {
        var lines = new Lines(8);
        lines.add(Buffer.buffer(stream.substring(0, cut)));
        var early = lines.next();
        lines.add(Buffer.buffer(stream.substring(cut)));
        return String.valueOf(early == null ? lines.next() : early);
    }
}
