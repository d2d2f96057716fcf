package dev.closeout.fault;

import com.hazelcast.core.Hazelcast;
import dev.closeout.Closeout;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The program as it ships, and beside it a thread that takes commands, a line each, and answers each with a line that
 * begins with {@link #ANSWER}: {@code bus LOST DOUBLED DELAYED REORDERED}, {@code clear}, {@code figures}.
 */
final class FaultyNode {
    static final String ANSWER = "faulty: ";
    /** The one map that the program keeps; the event bus's own are not ours to clear. */
    private static final String COUNTS = "closeout.counts";

    private final BusMeddler bus;
    private final LoopDelay delay;

    private FaultyNode(Vertx vertx) {
        this.bus = new BusMeddler(vertx);
        this.delay = new LoopDelay(vertx);
    }

    public static void main(String[] args) {
        Handover.to(vertx -> {
            var node = new FaultyNode(vertx);
            var commands = new Thread(node::takeCommands, "faulty-commands");
            commands.setDaemon(true);
            commands.start();
        });
        Closeout.main(args);
    }

    private void takeCommands() {
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(ANSWER + obey(line));
            }
        } catch (IOException ended) {
            // Whoever gave the commands is gone.
        }
    }

    private String obey(String command) {
        var words = command.split(" ", 2);
        switch (words[0]) {
            case "bus" -> bus.set(BusFaults.parse(words[1]));
            case "clear" ->
                Hazelcast.getAllHazelcastInstances()
                        .forEach(member -> member.getMap(COUNTS).clear());
            case "figures" -> {
                return "%d %d".formatted(delay.takePercentile99(), heapAfterCollection());
            }
            default -> throw new IllegalArgumentException(command);
        }
        return words[0];
    }

    /** Kilobytes in use. */
    private static long heapAfterCollection() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() / 1024;
    }
}
