package dev.closeout.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One node, as a process of its own: the same program, as its user starts it. */
final class DemoNode implements AutoCloseable {
    private static final String CONFIG = "/closeout/demo/node.yaml";
    private static final long STOP_SECONDS = 20;
    private static final int LOG_LINES = 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String name;
    private final Process process;
    private final Path log;
    private final int tcpPort;
    private final int httpPort;
    private volatile boolean ready;

    private DemoNode(String name, Process process, Path log, int tcpPort, int httpPort) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.tcpPort = tcpPort;
        this.httpPort = httpPort;
    }

    static DemoNode start(Path folder, String name, String cluster, String databaseUri) throws IOException {
        var config = folder.resolve("node.yaml");
        if (Files.notExists(config)) {
            try (var bundled = DemoNode.class.getResourceAsStream(CONFIG)) {
                if (bundled == null) {
                    throw new IOException(CONFIG + " is missing from the jar");
                }
                Files.copy(bundled, config);
            }
        }
        var log = folder.resolve(name + ".log");
        var tcpPort = freePort();
        var httpPort = freePort();
        var builder = new ProcessBuilder(command(folder, config))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        var environment = builder.environment();
        // The user's own settings are for the user's own nodes.
        environment.keySet().removeIf(variable -> variable.startsWith("CLOSEOUT_"));
        environment.put("CLOSEOUT_NODE_NAME", name);
        // Whoever looks on waits for the nodes, and for no storm.
        environment.put("CLOSEOUT_NODE_REHEARSAL", "0s");
        environment.put("CLOSEOUT_CLUSTER_NAME", cluster);
        environment.put("CLOSEOUT_DATABASE_URI", databaseUri);
        environment.put("CLOSEOUT_TCP_PORT", String.valueOf(tcpPort));
        environment.put("CLOSEOUT_HTTP_PORT", String.valueOf(httpPort));
        return new DemoNode(name, builder.start(), log, tcpPort, httpPort);
    }

    private static List<String> command(Path folder, Path config) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var classPath = System.getProperty("java.class.path");
        var command = new ArrayList<>(List.of(java.toString(), "-Xmx256m"));
        // It lives for half a minute: what the second compiler would make better pays nothing back in that time.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(ClassArchive.options(java, classPath));
        command.addAll(List.of("-cp", classPath, DemoNodeProcess.class.getName()));
        command.add(folder.resolve("postgres").resolve("postmaster.pid").toString());
        command.addAll(List.of("node", "--config", config.toString()));
        return command;
    }

    String name() {
        return name;
    }

    int tcpPort() {
        return tcpPort;
    }

    int httpPort() {
        return httpPort;
    }

    /**
     * Waits until the node says that it is ready in a cluster of so many members.
     *
     * @throws DemoException when it does not within that time, or has ended
     */
    void awaitReady(int members, Duration patience) throws IOException, InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        while (!isReady(members)) {
            var ended = !process.isAlive();
            if (ended || System.nanoTime() > end) {
                throw new DemoException("%s %s. Its log, %s, ends with:%n%s"
                        .formatted(
                                name,
                                ended
                                        ? "ended with exit code %d".formatted(process.exitValue())
                                        : "is not ready in a cluster of %d within %d s"
                                                .formatted(members, patience.toSeconds()),
                                log,
                                endOfLog()));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        ready = true;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and SIGKILL when that does not end it. */
    @Override
    public void close() {
        if (!ready) {
            // It has nothing to stop in order, and would first start to its end.
            process.destroyForcibly();
        }
        // Not the process's own destroy, which also ends its input: it would halt instead of stopping in order.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isReady(int members) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/health/ready".formatted(httpPort)))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            var answer = HTTP.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("\"members\":" + members);
        } catch (IOException notYet) {
            return false;
        }
    }

    private String endOfLog() throws IOException {
        var lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
