package dev.closeout.fault;

import dev.closeout.fixture.Command;
import dev.closeout.fixture.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One run of a {@link FaultyNode} as a process: its log goes to a file, and it takes commands. */
final class NodeUnderFire {
    private static final Pattern LIVES = Pattern.compile("lives as incarnation (\\d+)");
    private static final Pattern TIMED = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT");
    private static final Pattern EXCEPTION = Pattern.compile("[\\w.$]+(Exception|Error)\\b");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Thread reader;
    private final Consumer<Told> told;
    private Path log;
    private volatile Ports ports = Ports.NONE;
    private volatile long incarnation;
    private volatile boolean paused;
    private final AtomicLong lines = new AtomicLong();
    private volatile @Nullable String lastLine;

    /**
     * Starts it.
     *
     * @param prefix words before the command
     * @param options of its JVM
     * @param environment keys without their prefix, with their values
     * @param told takes the events that it heard of
     */
    NodeUnderFire(
            List<String> prefix, List<String> options, Map<String, String> environment, Path log, Consumer<Told> told) {
        this.log = log;
        this.told = told;
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Xss512k",
                // None lives long: what a start costs, the load of the others takes away from it.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // The logging that ships, not that of the tests.
                "-Dlogback.configurationFile=logback.xml",
                "-Djava.net.preferIPv4Stack=true"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FaultyNode.class.getName(), "node"));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment.forEach((key, value) -> builder.environment().put("CLOSEOUT_" + key, value));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader = new Thread(this::read, "node-under-fire");
        reader.setDaemon(true);
        reader.start();
    }

    /** Where it listens. */
    Ports ports() {
        return ports;
    }

    /** Its latest; 0 before its first. */
    long incarnation() {
        return incarnation;
    }

    /** Lines that it has logged; a stack trace belongs to its line. */
    long lines() {
        return lines.get();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** From here on it logs to another file. */
    synchronized void logTo(Path file) {
        log = file;
    }

    void awaitReady() {
        Eventually.is("the node is ready", PATIENCE, () -> ports.http() > 0 || !isAlive(), () -> "(%s, %s)"
                .formatted(log, lastLine));
        if (!isAlive()) {
            throw new AssertionError("the node ended: %s, %s".formatted(log, lastLine));
        }
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Asks it to stop. */
    void terminate() {
        // Not the process's own destroy, which closes our end of its output.
        process.toHandle().destroy();
    }

    /** Its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the node does not stop: %s, %s".formatted(log, lastLine));
        }
        reader.join(PATIENCE.toMillis());
        return process.exitValue();
    }

    void pause() {
        paused = true;
        Command.succeeds("kill", "-s", "STOP", "" + pid());
    }

    void resume() {
        Command.succeeds("kill", "-s", "CONT", "" + pid());
        paused = false;
    }

    /** Whether it takes commands. */
    boolean isRunning() {
        return isAlive() && !paused && ports.http() > 0;
    }

    void bus(BusFaults faults) {
        command("bus " + faults.asText());
    }

    void clearCounts() {
        command("clear");
    }

    /**
     * What it measured of itself.
     *
     * @param loopDelayMs the 99th percentile of how late its event loops were, since the last time
     * @param heapKb in use after a collection
     */
    record Figures(int loopDelayMs, long heapKb) {}

    Figures figures() {
        var numbers = command("figures").split(" ", -1);
        return new Figures(Integer.parseInt(numbers[0]), Long.parseLong(numbers[1]));
    }

    /** Processor time used so far. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private synchronized String command(String command) {
        try {
            answers.clear();
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(command)
                    .append('\n')
                    .flush();
            var answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("the node does not take commands: %s".formatted(log));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(FaultyNode.ANSWER)) {
                    answers.add(line.substring(FaultyNode.ANSWER.length()));
                } else if (line.startsWith(EventWitness.LINE)) {
                    told.accept(Told.read(pid(), line.substring(EventWitness.LINE.length())));
                } else {
                    note(line);
                }
            }
        } catch (IOException ended) {
            // It was killed.
        }
    }

    private void note(String line) throws IOException {
        if (!isOfTrace(line)) {
            lines.incrementAndGet();
        }
        lastLine = line;
        var lives = LIVES.matcher(line);
        if (lives.find()) {
            incarnation = Long.parseLong(lives.group(1));
        }
        var listens = Ports.read(line);
        if (listens != null) {
            ports = listens;
        }
        write(line);
    }

    /** An exception below a log line, or one of its frames. */
    private boolean isOfTrace(String line) {
        var before = lastLine;
        return line.isBlank()
                || Character.isWhitespace(line.charAt(0))
                || line.startsWith("Caused by: ")
                || (before != null
                        && TIMED.matcher(before).lookingAt()
                        && EXCEPTION.matcher(line).lookingAt());
    }

    private void write(String line) throws IOException {
        try (Writer file = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            file.append(line).append('\n');
        }
    }
}
