package dev.closeout.bench;

import dev.closeout.fixture.LineClient;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Somebody new every few milliseconds, whether or not those before are welcomed. */
final class Newcomers implements AutoCloseable {
    private static final long EVERY_NANOS = 4_000_000;

    private final int port;
    private final Latencies latencies = new Latencies();
    private final Queue<LineClient> welcomed = new ConcurrentLinkedQueue<>();
    private final ExecutorService visits = Executors.newCachedThreadPool();
    private final Thread pace = new Thread(this::come, "newcomers");
    private volatile boolean isStopped;

    /** Begins at once. */
    Newcomers(int port) {
        this.port = port;
        pace.start();
    }

    /** Waits until all who came are welcomed. */
    Latencies stop() throws InterruptedException {
        isStopped = true;
        pace.join();
        visits.shutdown();
        if (!visits.awaitTermination(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("some who came during a storm are not welcomed within 30 s");
        }
        return latencies;
    }

    private void come() {
        var due = System.nanoTime();
        for (var number = 0; !isStopped; number++) {
            var client = "probe-" + number;
            visits.execute(() -> visit(client));
            due += EVERY_NANOS;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private void visit(String client) {
        try {
            var connection = new LineClient(port);
            welcomed.add(connection);
            var begun = System.nanoTime();
            connection.send("HELLO " + client + "\n");
            var answer = connection.read();
            if (answer != null && answer.startsWith("WELCOME ")) {
                latencies.add(System.nanoTime() - begun);
            }
        } catch (UncheckedIOException e) {
            // Refused: what is not answered has no latency, and whoever refuses all has none to show.
        }
    }

    @Override
    public void close() {
        isStopped = true;
        visits.shutdownNow();
        welcomed.forEach(LineClient::close);
    }
}
