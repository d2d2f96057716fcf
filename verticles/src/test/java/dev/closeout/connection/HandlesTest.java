package dev.closeout.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.connection.Handles.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** I9 on a node that runs: what is open, beside what is known of. */
class HandlesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Handles.Book book = new Handles(registry).book(Kind.TCP);

    @Test
    void countsWhatOpensAndWhatEnds() {
        var channel = new EmbeddedChannel();
        book.opened(channel);
        book.opened(new EmbeddedChannel());
        channel.close().syncUninterruptibly();

        assertEquals(
                2,
                registry.get("closeout.handles.opened")
                        .tag("kind", "tcp")
                        .counter()
                        .count());
        assertEquals(
                1,
                registry.get("closeout.handles.ended")
                        .tag("kind", "tcp")
                        .counter()
                        .count());
        assertEquals(
                1,
                registry.get("closeout.handles.live").tag("kind", "tcp").gauge().value());
    }

    @Test
    void whatIsOpenAndForgottenIsADifference() {
        book.opened();
        book.opened();
        look(0, 1);
        assertEquals(0, difference(), "it may be about to close");
        look(0, 1);
        assertEquals(1, difference());
        book.ended();
        look(0, 1);
        assertEquals(0, difference());
    }

    @Test
    void whatHasEndedUnheardIsADifference() {
        book.opened();
        look(3, 3);
        look(2, 2);
        assertEquals(-1, difference());
    }

    /** Each time another: nothing is left behind. */
    @Test
    void whatComesAndGoesIsNone() {
        book.opened();
        look(0, 0);
        look(2, 2);
        look(1, 1);
        assertEquals(0, difference());
    }

    private void look(int tracked, int known) {
        book.look(tracked, known);
    }

    private double difference() {
        return registry.get("closeout.handles.difference")
                .tag("kind", "tcp")
                .gauge()
                .value();
    }
}
