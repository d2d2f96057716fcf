package dev.closeout.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.config.LimitsSection;
import dev.closeout.connection.NodeLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** I9 for connections of HTTP: those that are open, beside those whose end was heard by whoever gives back their place. */
class PeersTest {
    private static final long MINUTE = 60_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Peers peers =
            new Peers(new NodeLimits(new LimitsSection(10, 0, 10, 10, 1_024, 1 << 20), registry).handles());
    private long now = System.nanoTime() / 1_000_000;

    @Test
    void oneThatIsThereIsNoDifference() {
        peers.came(new EmbeddedChannel());
        assertEquals(0, differenceAfterTwoMinutes());
    }

    @Test
    void oneWhosePlaceWasGivenBackWhileItIsOpenIsForgotten() {
        peers.came(new EmbeddedChannel()).run();
        assertEquals(1, differenceAfterTwoMinutes());
    }

    @Test
    void oneThatHasEndedAndKeepsItsPlaceHasEndedUnheard() {
        var channel = new EmbeddedChannel();
        var gone = peers.came(channel);
        channel.close().syncUninterruptibly();
        assertEquals(-1, differenceAfterTwoMinutes());
        gone.run();
        assertEquals(0, differenceAfterTwoMinutes());
    }

    private double differenceAfterTwoMinutes() {
        for (var minute = 0; minute < 2; minute++) {
            now += MINUTE;
            peers.compare(now);
        }
        return registry.get("closeout.handles.difference")
                .tag("kind", "http-1")
                .gauge()
                .value();
    }
}
