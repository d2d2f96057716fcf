package dev.closeout.bench;

import dev.closeout.bench.report.Measure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Swarm;
import dev.closeout.fixture.TlsFiles;
import io.vertx.core.Future;
import java.io.IOException;
import java.security.interfaces.ECKey;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/**
 * Newcomers over TLS, a full handshake each, beside newcomers without, at the same node: both from the first connect on,
 * so many at a time.
 */
final class TlsOpens {
    /** Each is two signatures' worth of work on either side. */
    private static final int NEWCOMERS = 2_000;
    /** Enough that no processor waits, and few enough that each is through long before a handshake's time is over. */
    private static final int AT_ONCE = 32;
    /** Of each, so that its code is compiled. */
    private static final int UNMEASURED = 3;

    private static final Measure RATIO = Measure.of("opens over TLS / plain opens", "ratio");
    private static final Measure PROCESSOR_RATIO = Measure.of("processor time of an open, TLS / plain", "ratio");

    private TlsOpens() {}

    private enum Way {
        PLAIN("plain opens, from the connect on", "processor time of the node, a plain open"),
        TLS("opens over TLS, a full handshake each", "processor time of the node, an open over TLS");

        private final String opens;
        private final String processor;

        Way(String opens, String processor) {
            this.opens = opens;
            this.processor = processor;
        }

        Measure opens() {
            return Measure.of(opens, "a second");
        }

        /** Of one. */
        Measure processor() {
            return Measure.of(processor, "ms");
        }

        Future<Void> open(Swarm swarm, Subject subject, int connections) {
            return this == TLS
                    ? swarm.openTls(subject.node().tlsPort(), connections, i -> "client-" + i)
                    : swarm.openTcp(subject.node().tcpPort(), connections, i -> "client-" + i);
        }
    }

    /**
     * What one turn came to.
     *
     * @param processor of the node, for one
     */
    private record Came(double aSecond, Duration processor) {}

    static void measure(Run run) throws Exception {
        try (var subjects = new Subjects(run, Door.TLS);
                var swarm = new Swarm(AT_ONCE)) {
            subjects.each(
                    0,
                    subject -> run.say("TLS of %s: %s".formatted(subject.build().name(), spoken(subject))));
            for (var round = 0; round < UNMEASURED + Bench.TURNS; round++) {
                run.say("opens over TLS and plain ones, round %d of %d".formatted(round + 1, UNMEASURED + Bench.TURNS));
                var number = round;
                subjects.each(round, subject -> round(run, swarm, subject, number));
            }
            subjects.each(0, subject -> Memory.measureTls(run, subject, swarm));
        }
    }

    private static void round(Run run, Swarm swarm, Subject subject, int round) throws Exception {
        var isTlsFirst = round % 2 == 0;
        var first = open(swarm, subject, isTlsFirst ? Way.TLS : Way.PLAIN);
        var second = open(swarm, subject, isTlsFirst ? Way.PLAIN : Way.TLS);
        if (round >= UNMEASURED) {
            add(run, subject, isTlsFirst ? first : second, isTlsFirst ? second : first);
        }
    }

    private static Came open(Swarm swarm, Subject subject, Way way) throws Exception {
        var spent = subject.processorTime();
        var begun = System.nanoTime();
        Eventually.done(way.open(swarm, subject, NEWCOMERS));
        var took = System.nanoTime() - begun;
        var processor = subject.processorTime().minus(spent).dividedBy(NEWCOMERS);
        subject.storm(swarm::closeAll);
        return new Came(NEWCOMERS * 1e9 / took, processor);
    }

    private static void add(Run run, Subject subject, Came tls, Came plain) {
        var isBaseline = subject.build().isBaseline();
        var report = run.report();
        report.add(Way.PLAIN.opens(), isBaseline, plain.aSecond());
        report.add(Way.TLS.opens(), isBaseline, tls.aSecond());
        report.add(RATIO, isBaseline, tls.aSecond() / plain.aSecond());
        report.add(Way.PLAIN.processor(), isBaseline, Run.millis(plain.processor()));
        report.add(Way.TLS.processor(), isBaseline, Run.millis(tls.processor()));
        report.add(
                PROCESSOR_RATIO,
                isBaseline,
                (double) tls.processor().toNanos() / plain.processor().toNanos());
    }

    /** The version, the cipher and the node's key that a client of this JDK and the node agree upon. */
    private static String spoken(Subject subject) throws IOException {
        try (var socket = (SSLSocket) TlsFiles.client()
                .getSocketFactory()
                .createSocket("localhost", subject.node().tlsPort())) {
            socket.startHandshake();
            var session = socket.getSession();
            var key = session.getPeerCertificates()[0].getPublicKey();
            return "%s, %s, %s"
                    .formatted(
                            session.getProtocol(),
                            session.getCipherSuite(),
                            key instanceof ECKey curve ? curve.getParams().toString() : key.getAlgorithm());
        }
    }
}
