package dev.closeout.bench;

import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Swarm;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes of one build, on a cluster and a database of their own, and the clients that connect to them. */
final class Subject implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Build build;
    private final BenchDatabase database;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<GcLog> gcLogs = new ArrayList<>();
    private final Swarm swarm = new Swarm();

    /**
     * Starts them one after the other; returns when all are ready.
     *
     * @param more what they are told besides the workload's settings; names without their prefix
     */
    Subject(Build build, Setting setting, int nodes, Map<String, String> more) {
        this.build = build;
        this.database = setting.server().create();
        var cluster = UUID.randomUUID().toString();
        try {
            for (var i = 0; i < nodes; i++) {
                var log = setting.folder().resolve("gc-%d.log".formatted(NUMBER.incrementAndGet()));
                gcLogs.add(new GcLog(log));
                this.nodes.add(NodeProcess.java(arguments(log), environment(cluster, more)));
                this.nodes.get(i).tcpPort();
            }
        } catch (AssertionError notReady) {
            close();
            throw notReady;
        }
    }

    /** What all subjects of a run share. */
    record Setting(BenchDatabase.Server server, Path folder) {}

    private List<String> arguments(Path gcLog) {
        var arguments =
                new ArrayList<>(List.of("-Xmx512m", "-Dcloseout.test.log=INFO", "-Xlog:gc:file=%s".formatted(gcLog)));
        arguments.addAll(build.program());
        arguments.add("node");
        return arguments;
    }

    private Map<String, String> environment(String cluster, Map<String, String> more) {
        var environment = new HashMap<>(Map.of(
                "CLOSEOUT_CLUSTER_NAME",
                cluster,
                "CLOSEOUT_DATABASE_URI",
                database.uri(),
                "CLOSEOUT_TCP_PORT",
                "0",
                "CLOSEOUT_HTTP_PORT",
                "0"));
        Workload.settings().forEach((key, value) -> environment.put("CLOSEOUT_" + key, value));
        more.forEach((key, value) -> environment.put("CLOSEOUT_" + key, value));
        return environment;
    }

    Build build() {
        return build;
    }

    BenchDatabase database() {
        return database;
    }

    Swarm swarm() {
        return swarm;
    }

    /** The first node. */
    NodeProcess node() {
        return nodes.get(0);
    }

    /** What the first node's collector did. */
    GcLog gcLog() {
        return gcLogs.get(0);
    }

    /** Connections that are spread over the nodes; from the first hello to the last welcome. */
    Duration open(int connections) {
        return Workload.open(swarm, nodes.stream().map(NodeProcess::tcpPort).toList(), connections);
    }

    /** All connections of the swarm close; returns when all is given back. */
    Duration storm() throws SQLException {
        return storm(swarm::closeAll);
    }

    /** The same of whatever is ended so. */
    Duration storm(Runnable ends) throws SQLException {
        var clean = Workload.storm(ends, database);
        Workload.awaitReleased(database);
        return clean;
    }

    /** What all nodes together have spent. */
    Duration processorTime() {
        return nodes.stream()
                .map(node -> ProcessHandle.of(node.pid())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow())
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
        swarm.close();
        database.close();
    }
}
