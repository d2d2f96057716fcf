package dev.closeout.bench;

import dev.closeout.bench.report.Measure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LiveHeap;
import dev.closeout.fixture.Swarm;

/** What is live in a node's heap with connections, less what is without them, after full collections. */
final class Memory {
    private static final int CONNECTIONS = 10_000;
    /** Handshakes take their time, and what one keeps is large. */
    private static final int WITH_TLS = 2_000;

    private static final Measure TCP =
            Measure.of("heap of an idle TCP connection", "bytes").atMost(6_000);
    private static final Measure WEB_SOCKET =
            Measure.of("heap of an idle WebSocket, deflate offered", "bytes").atMost(8_000);
    private static final Measure TLS = Measure.of("heap of an idle TCP connection with TLS", "bytes");
    private static final Measure STREAM =
            Measure.of("heap of an idle stream, %d a connection".formatted(Streams.OF_A_CONNECTION), "bytes");

    private Memory() {}

    /** Ends the connections that the subject has. */
    static void measure(Run run, Subject subject) throws Exception {
        subject.storm();
        add(run, subject, TCP, CONNECTIONS, () -> subject.open(CONNECTIONS));
        subject.storm();
        try (var swarm = new Swarm()) {
            add(
                    run,
                    subject,
                    WEB_SOCKET,
                    CONNECTIONS,
                    () -> Eventually.done(
                            swarm.openWebSockets(subject.node().httpPort(), CONNECTIONS, i -> "idle-" + i)));
        }
    }

    /** Of a subject that has no connections. */
    static void measureTls(Run run, Subject subject, Swarm swarm) {
        add(
                run,
                subject,
                TLS,
                WITH_TLS,
                () -> Eventually.done(swarm.openTls(subject.node().tlsPort(), WITH_TLS, i -> "idle-" + i)));
    }

    /** Of a subject that has no streams. */
    static void measureStreams(Run run, Subject subject, Streams streams) {
        add(run, subject, STREAM, CONNECTIONS, () -> streams.open(subject.node().httpPort(), CONNECTIONS));
    }

    private static void add(Run run, Subject subject, Measure measure, int connections, Runnable opening) {
        run.say("%s, of %s".formatted(measure.name(), subject.build().name()));
        var before = LiveHeap.of(subject.node()).bytes();
        opening.run();
        var grown = LiveHeap.of(subject.node()).bytes() - before;
        run.report().add(measure, subject.build().isBaseline(), (double) grown / connections);
    }
}
