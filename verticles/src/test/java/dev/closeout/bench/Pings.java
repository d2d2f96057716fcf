package dev.closeout.bench;

import dev.closeout.fixture.LineClient;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection that asks every millisecond, whether or not it was answered: a node that is late for one is late for all
 * that come meanwhile.
 */
final class Pings implements AutoCloseable {
    private static final long EVERY_NANOS = 1_000_000;

    private final LineClient connection;
    private final Latencies latencies = new Latencies();
    private final Thread sender = new Thread(this::send, "pings");
    private final Thread receiver = new Thread(this::receive, "pongs");
    private volatile boolean isStopped;

    /** Begins at once. */
    Pings(int port) {
        connection = LineClient.welcomed(port, "probe-ping");
        sender.start();
        receiver.start();
    }

    /** Waits for the answers to all that was sent. */
    Latencies stop() throws InterruptedException {
        isStopped = true;
        sender.join();
        receiver.join();
        return latencies;
    }

    private void send() {
        var due = System.nanoTime();
        while (!isStopped) {
            connection.send("PING %d\n".formatted(System.nanoTime()));
            due += EVERY_NANOS;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        connection.send("PING 0\n");
    }

    private void receive() {
        try {
            for (var line = connection.read(); line != null && !line.equals("PONG 0"); line = connection.read()) {
                latencies.add(System.nanoTime() - Long.parseLong(line.substring("PONG ".length())));
            }
        } catch (UncheckedIOException e) {
            // It was closed under it; what was heard counts.
        }
    }

    @Override
    public void close() {
        isStopped = true;
        connection.close();
    }
}
