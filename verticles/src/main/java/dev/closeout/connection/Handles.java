package dev.closeout.connection;

import dev.closeout.failure.LogThrottle;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the transports of one node have open, counted where it opens and ends and nowhere else: beside the tables, which
 * should know of each (I9, on nodes that run). Safe on any thread.
 */
public final class Handles {
    private static final Logger log = LoggerFactory.getLogger(Handles.class);

    /** What is counted. */
    public enum Kind {
        TCP,
        /** From the accept until its port knows of it, or it has failed, or had its time. */
        TLS_HANDSHAKE,
        HTTP_1,
        HTTP_2,
        /** Of HTTP/2, whatever it is asked for. */
        STREAM,
        WEBSOCKET,
        /** A stream of events, over either version of HTTP. */
        SSE,
        BRIDGE;

        private String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);

    Handles(MeterRegistry registry) {
        for (var kind : Kind.values()) {
            counts.put(kind, new Count(registry, kind));
        }
    }

    private Count count(Kind kind) {
        return Objects.requireNonNull(counts.get(kind));
    }

    /** Those of one kind that one owner has, beside what it knows of. Counts on any thread, and compares on its owner's. */
    public final class Book {
        private static final long LOOK_MS = 60_000;

        private final Kind kind;
        private final AtomicInteger live = new AtomicInteger();
        private long lookedAt = System.nanoTime() / 1_000_000;
        /** Seen at the last look; what is under way is gone at the next. */
        private int seen;

        private int told;

        private Book(Kind kind) {
            this.kind = kind;
        }

        /** One that ends with its channel. */
        public void opened(Channel channel) {
            opened();
            channel.closeFuture().addListener(closed -> ended());
        }

        /** One whose end is told. */
        public void opened() {
            live.incrementAndGet();
            count(kind).open();
        }

        public void ended() {
            live.decrementAndGet();
            count(kind).end();
        }

        /**
         * Compares once a minute.
         *
         * @param now milliseconds, of a clock that never jumps
         * @param tracked how many its table has, each of which is open
         * @param known how many may be open: those, and what comes or goes
         */
        public void compare(long now, int tracked, int known) {
            if (isTime(now)) {
                look(tracked, known);
            }
        }

        /** The same where the table knows of all that is open, and is asked only when it is time. */
        public void compare(long now, IntSupplier tracked) {
            if (isTime(now)) {
                var open = tracked.getAsInt();
                look(open, open);
            }
        }

        private boolean isTime(long now) {
            if (now - lookedAt < LOOK_MS) {
                return false;
            }
            lookedAt = now;
            return true;
        }

        /** More than zero: open and forgotten; less: ended and not noticed. Only what is so twice counts. */
        void look(int tracked, int known) {
            var open = live.get();
            var now = open < tracked ? open - tracked : Math.max(0, open - known);
            var stays = Integer.signum(now) == Integer.signum(seen)
                    ? Integer.signum(now) * Math.min(Math.abs(now), Math.abs(seen))
                    : 0;
            seen = now;
            count(kind).differ(stays - told);
            told = stays;
        }
    }

    /** For one owner. */
    public Book book(Kind kind) {
        return new Book(kind);
    }

    private static final class Count {
        private final String label;
        private final Counter opened;
        private final Counter ended;
        private final AtomicInteger live = new AtomicInteger();
        private final AtomicInteger difference = new AtomicInteger();
        private final LogThrottle lines = new LogThrottle(Duration.ofMinutes(1));

        Count(MeterRegistry registry, Kind kind) {
            label = kind.label();
            opened = registry.counter("closeout.handles.opened", "kind", label);
            ended = registry.counter("closeout.handles.ended", "kind", label);
            Gauge.builder("closeout.handles.live", live, AtomicInteger::get)
                    .tag("kind", label)
                    .register(registry);
            Gauge.builder("closeout.handles.difference", difference, AtomicInteger::get)
                    .tag("kind", label)
                    .register(registry);
        }

        void open() {
            live.incrementAndGet();
            opened.increment();
        }

        void end() {
            live.decrementAndGet();
            ended.increment();
        }

        void differ(int change) {
            if (change == 0) {
                return;
            }
            var now = difference.addAndGet(change);
            if (now == 0) {
                log.info("Handles ({}) are again what their tables know", label);
                return;
            }
            lines.pass()
                    .ifPresent(others -> log.error(
                            "{} handles ({}) differ from what their tables know; above zero they are open and"
                                    + " forgotten, below they have ended unheard. Restart the node when it can be spared,"
                                    + " and report this with closeout_handles_*",
                            now,
                            label));
        }
    }
}
