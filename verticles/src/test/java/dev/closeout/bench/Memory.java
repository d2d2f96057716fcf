package dev.closeout.bench;

import dev.closeout.bench.report.Measure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LiveHeap;
import dev.closeout.fixture.Swarm;

/** What is live in a node's heap with connections, less what is without them, after full collections. */
final class Memory {
    private static final int CONNECTIONS = 10_000;
    private static final Measure TCP =
            Measure.of("heap of an idle TCP connection", "bytes").atMost(6_000);
    private static final Measure WEB_SOCKET =
            Measure.of("heap of an idle WebSocket, deflate offered", "bytes").atMost(8_000);

    private Memory() {}

    /** Ends the connections that the subject has. */
    static void measure(Run run, Subject subject) throws Exception {
        run.say("heap of idle connections of %s".formatted(subject.build().name()));
        subject.storm();
        var before = LiveHeap.of(subject.node()).bytes();
        subject.open(CONNECTIONS);
        var tcp = LiveHeap.of(subject.node()).bytes() - before;
        subject.storm();
        before = LiveHeap.of(subject.node()).bytes();
        try (var swarm = new Swarm()) {
            Eventually.done(swarm.openWebSockets(subject.node().httpPort(), CONNECTIONS, i -> "idle-" + i));
            var webSocket = LiveHeap.of(subject.node()).bytes() - before;
            run.report().add(TCP, subject.build().isBaseline(), (double) tcp / CONNECTIONS);
            run.report().add(WEB_SOCKET, subject.build().isBaseline(), (double) webSocket / CONNECTIONS);
        }
    }
}
