package dev.closeout.bench;

import dev.closeout.bench.report.Measure;
import dev.closeout.fixture.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What is live in a node's heap with connections, less what is without them, after full collections. */
final class Memory {
    private static final int CONNECTIONS = 10_000;
    private static final Measure TCP =
            Measure.of("heap of an idle TCP connection", "bytes").atMost(8_192);
    private static final Measure WEB_SOCKET = Measure.of("heap of an idle WebSocket, deflate offered", "bytes");
    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    private Memory() {}

    /** Ends the connections that the subject has. */
    static void measure(Run run, Subject subject) throws Exception {
        run.say("heap of idle connections of %s".formatted(subject.build().name()));
        subject.storm();
        var before = liveBytes(subject.node());
        subject.open(CONNECTIONS);
        var tcp = liveBytes(subject.node()) - before;
        subject.storm();
        before = liveBytes(subject.node());
        try (var webSockets = new IdleWebSockets()) {
            webSockets.open(subject.node().httpPort(), CONNECTIONS);
            var webSocket = liveBytes(subject.node()) - before;
            run.report().add(TCP, subject.build().isBaseline(), (double) tcp / CONNECTIONS);
            run.report().add(WEB_SOCKET, subject.build().isBaseline(), (double) webSocket / CONNECTIONS);
        }
    }

    /** As the JVM itself counts it; the second time finalizers have run. */
    private static long liveBytes(NodeProcess node) throws IOException, InterruptedException {
        histogramTotal(node);
        return histogramTotal(node);
    }

    private static long histogramTotal(NodeProcess node) throws IOException, InterruptedException {
        var jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(node.pid()),
                        "GC.class_histogram")
                .start();
        try (var lines = jcmd.inputReader()) {
            var total = lines.lines()
                    .map(TOTAL::matcher)
                    .filter(found -> found.find())
                    .mapToLong(found -> Long.parseLong(found.group(1)))
                    .max();
            jcmd.waitFor();
            return total.orElseThrow(() -> new IOException("jcmd counts nothing for the node"));
        }
    }
}
