package dev.closeout.fault;

import dev.closeout.fixture.Location;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** Nodes that find each other, each with a proxy of its own between itself and PostgreSQL. */
final class Cluster implements AutoCloseable {
    /** So many it has unless a fault wants others. */
    static final int NODES = 3;

    /** The HTTP port of each so many'th node is without TLS. */
    private static final int PLAIN = 3;

    /** How long the database may not hear of a node before others clean up after it. */
    static final Duration LEASE = Duration.ofSeconds(4);

    private final Network network;
    private final String name = UUID.randomUUID().toString();
    private Shape shape;
    private final Postgres postgres;
    private final List<Proxy> proxies = new CopyOnWriteArrayList<>();
    private final List<NodeUnderFire> nodes = new CopyOnWriteArrayList<>();
    private final PostWitness posts;
    private final Identities identities;
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final Path folder;
    private Path logs;

    /** Without nodes: they come as it {@link #grow}s. */
    Cluster(Network network, Postgres postgres, Path folder, Shape shape, PostWitness posts, Identities identities) {
        this.posts = posts;
        this.identities = identities;
        this.network = network;
        this.postgres = postgres;
        this.shape = shape;
        this.logs = folder;
        this.folder = folder;
    }

    /** What it is. */
    Shape shape() {
        return shape;
    }

    /** Starts the nodes that are missing and waits until all are ready. */
    void grow(Shape larger) {
        shape = larger;
        while (size() < larger.roles().size()) {
            add();
        }
        awaitReady();
    }

    /** One more node than there are; waits for nobody. */
    void add() {
        proxies.add(new Proxy(network.databaseHost(), postgres.port()));
        nodes.add(launch(size()));
    }

    /** The last node is no longer one of them: what becomes of it, this cluster does not ask. */
    void forgetLast() {
        nodes.remove(size() - 1);
        proxies.remove(size()).close();
    }

    /** The events that nodes heard of, those of clients whose names begin so. */
    List<Told> told(String prefix) {
        return told.stream().filter(one -> one.client().startsWith(prefix)).toList();
    }

    int size() {
        return nodes.size();
    }

    /** The nodes that take connections. */
    List<Integer> entrances() {
        return IntStream.range(0, size())
                .filter(node -> roles(node).contains("sockets"))
                .boxed()
                .toList();
    }

    /** Whoever joins later does everything. */
    private String roles(int node) {
        return node < shape.roles().size() ? shape.roles().get(node) : "sockets, workers";
    }

    NodeUnderFire node(int number) {
        return nodes.get(number);
    }

    List<NodeUnderFire> nodes() {
        return nodes;
    }

    Proxy proxy(int node) {
        return proxies.get(node);
    }

    List<Proxy> proxies() {
        return proxies;
    }

    Network network() {
        return network;
    }

    Identities identities() {
        return identities;
    }

    /** Starts a node again that has ended. */
    void restart(int number) {
        nodes.set(number, launch(number));
    }

    /** What the nodes log from now on goes to files in this folder. */
    void logTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        logs = folder;
        for (var node = 0; node < size(); node++) {
            nodes.get(node).logTo(log(node));
        }
    }

    /** Loses everything between this node and the others, both ways. */
    void cutFromCluster(int node) {
        network.isolate(this, node);
    }

    /** Loses everything between this node and PostgreSQL, both ways. */
    void cutFromDatabase(int node) {
        network.cutToDatabase(this, node);
        network.cutFromDatabase(this, node);
    }

    /** Ends whatever was done to networks, proxies and messages; starts what has ended. Waits for nobody. */
    void heal() {
        network.heal(this);
        proxies.forEach(Proxy::flow);
        for (var node = 0; node < size(); node++) {
            var current = nodes.get(node);
            if (!current.isAlive()) {
                restart(node);
            } else {
                current.resume();
                if (current.isRunning()) {
                    current.bus(BusFaults.NONE);
                }
            }
        }
    }

    void awaitReady() {
        nodes.forEach(NodeUnderFire::awaitReady);
    }

    @Override
    public void close() {
        nodes.forEach(NodeUnderFire::kill);
        proxies.forEach(Proxy::close);
    }

    private Path log(int node) {
        return logs.resolve("node-%d.log".formatted(node));
    }

    private NodeUnderFire launch(int node) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "NODE_NAME",
                "node-" + node,
                "NODE_LEASE",
                LEASE.toSeconds() + "s",
                "CLUSTER_NAME",
                name,
                "CLUSTER_HOST",
                network.nodeHost(node),
                "CLUSTER_CONFIG",
                // Who joins later finds the others; nobody looks for those who are not there yet.
                network.clusterConfig(folder, Math.max(node + 1, NODES)),
                "TCP_HOST",
                network.nodeHost(node),
                "TCP_PORT",
                "0",
                "HTTP_HOST",
                network.nodeHost(node),
                "HTTP_PORT",
                "0"));
        // Most of them, and the first without: a port speaks either.
        environment.putAll(identities.settings(node % PLAIN != 0));
        environment.put("NODE_ROLES", "[%s]".formatted(roles(node)));
        environment.put(
                "DATABASE_URI",
                "postgresql://postgres@%s:%d/postgres"
                        .formatted(
                                Objects.requireNonNull(network.databaseHost().getHostAddress()),
                                proxies.get(node).port()));
        environment.put("HOOKS_OPENED", new JsonArray(Location.HOOKS.opened()).encode());
        environment.put("HOOKS_CLOSED", new JsonArray(Location.HOOKS.closed()).encode());
        environment.put("HOOKS_GONE", new JsonArray(Location.HOOKS.gone()).encode());
        var witnesses = new ArrayList<>(
                List.of(OwedWitness.class.getName() + " threading=worker", EchoWitness.class.getName()));
        if (node == 0) {
            // One is enough, and each costs: it hears of everything on all nodes.
            witnesses.add(EventWitness.class.getName());
        }
        environment.put("DEPLOY_VERTICLES", new JsonArray(witnesses).encode());
        environment.put("WEBHOOK_URL", posts.url());
        environment.put("WEBHOOK_SECRET", PostWitness.SECRET);
        environment.put("WEBHOOK_TIMEOUT", "2s");
        environment.put("WEBHOOK_EVENTS", "[client.gone]");
        environment.put("OWED_CLIENT_GONE", "[%s]".formatted(OwedWitness.NAME));
        environment.put("OWED_ANSWER_TIMEOUT", "5s");
        environment.put("OWED_FIRST_WAIT", "100ms");
        environment.put("OWED_LONGEST_WAIT", "2s");
        environment.put("OWED_TRIES", "1000");
        return new NodeUnderFire(network.prefix(node), identities.options(), environment, log(node), told::add);
    }
}
