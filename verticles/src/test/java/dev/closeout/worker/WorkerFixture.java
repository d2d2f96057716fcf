package dev.closeout.worker;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.closeout.config.HooksSection;
import dev.closeout.config.NodeConfig;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.CloseReason;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.BatchCodec;
import dev.closeout.message.cluster.JoinNode;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.OpenLane;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The worker sides of two nodes, on one real PostgreSQL and two Hazelcast members, driven as owners drive them. */
public final class WorkerFixture implements AutoCloseable {
    private static final Judge PROCESS = new Judge("none", "127.0.0.1", 1);

    public final TestDatabase database = TestDatabase.create();
    public final Side first;
    public final Side second;

    /** One node's workers, on an event bus of their own. */
    public static final class Side {
        public final Vertx vertx = Vertx.vertx();
        public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        public final ReferenceCounts counts;
        private final HazelcastInstance member;
        private final Workers workers;

        Side(NodeConfig config, String cluster, TestDatabase database, String uri) {
            member = Hazelcast.newHazelcastInstance(member(cluster));
            counts = new ReferenceCounts(member);
            vertx.eventBus().registerDefaultCodec(Batch.class, new BatchCodec());
            var process = new Judge(UUID.randomUUID().toString(), "127.0.0.1", 1);
            workers = Eventually.done(
                    Workers.start(vertx, uri, config, process, counts, registry, identity -> Future.succeededFuture()));
            // There is no lease verticle: who judges needs a lease that is as old as it is long.
            database.run(
                    """
                    INSERT INTO closeout.node (incarnation, name, lease_ms, lease_until, joined_at, sockets, judges, process)
                    VALUES (-1 - (SELECT count(*) FROM closeout.node), 'judge', 1, 'infinity', '-infinity', false, true, '%s')"""
                            .formatted(process.process()));
        }

        public Future<BatchApplied> send(Batch batch) {
            return vertx.eventBus()
                    .<JsonObject>request(Batch.ADDRESS, batch, new DeliveryOptions().setSendTimeout(60_000))
                    .map(reply -> BatchApplied.fromJson(reply.body()));
        }

        public void stop() {
            Eventually.done(workers.stop());
            Eventually.done(vertx.close());
            member.shutdown();
        }
    }

    private WorkerFixture(NodeConfig config, int port) {
        var cluster = UUID.randomUUID().toString();
        Location.createTables(database);
        first = new Side(config, cluster, database, database.uriAt(port));
        second = new Side(config, cluster, database, database.uriAt(port));
    }

    /** With the hooks of {@link Location} and some keys of the configuration set. */
    public static WorkerFixture start(String... keysAndValues) {
        return start(Location.HOOKS, keysAndValues);
    }

    public static WorkerFixture start(HooksSection hooks, String... keysAndValues) {
        return startAt(TestDatabase.port(), hooks, keysAndValues);
    }

    /** With PostgreSQL at another port, behind a proxy. */
    public static WorkerFixture startAt(int port, HooksSection hooks, String... keysAndValues) {
        // Tests hold locks for as long as they like.
        var all = Stream.concat(Stream.of("DATABASE_LOCK_TIMEOUT", "5s"), Arrays.stream(keysAndValues))
                .toArray(String[]::new);
        return new WorkerFixture(TestConfig.with(TestConfig.of("unused", all), hooks), port);
    }

    public static Config member(String cluster) {
        var config = new Config()
                .setClusterName(cluster)
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.logging.type", "slf4j");
        var network = config.getNetworkConfig();
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1");
        config.setProperty("hazelcast.tcp.join.port.try.count", "20");
        ReferenceCounts.configure(config);
        return config;
    }

    /** An incarnation with lanes 0 to 3. */
    public long join(String name) {
        return join(name, 60_000);
    }

    public long join(String name, long leaseMillis) {
        var reply = ask(JoinNode.ADDRESS, new JoinNode(name, leaseMillis, "", true, false, PROCESS).toJson());
        var incarnation = LeaseHeld.fromJson(reply).incarnation();
        for (var lane = 0; lane < 4; lane++) {
            ask(OpenLane.ADDRESS, new OpenLane(incarnation, lane).toJson());
        }
        return incarnation;
    }

    public JsonObject ask(String address, JsonObject body) {
        return Eventually.done(
                first.vertx.eventBus().<JsonObject>request(address, body).map(reply -> reply.body()));
    }

    public Future<BatchApplied> send(Batch batch) {
        return first.send(batch);
    }

    public BatchApplied apply(Batch batch) {
        return Eventually.done(send(batch));
    }

    public int total(String client) {
        return first.counts.total(client).toCompletableFuture().join();
    }

    public long journal(String event, String client) {
        return database.number(
                "SELECT count(*) FROM journal WHERE event = '%s' AND client = '%s'".formatted(event, client));
    }

    /** Waits until a session of the database waits for a lock in a statement that has this text. */
    public void awaitBlocked(String statement) {
        Eventually.is(
                "a session waits in " + statement,
                () -> database.number(
                                """
                        SELECT count(*) FROM pg_stat_activity
                        WHERE datname = '%s' AND wait_event_type = 'Lock' AND query LIKE '%%%s%%'"""
                                        .formatted(database.name(), statement))
                        > 0);
    }

    public static Batch.Open open(long number, String client) {
        return new Batch.Open(number, client, Transport.TCP, "127.0.0.1:1", System.currentTimeMillis());
    }

    public static Batch.Close close(long number) {
        return new Batch.Close(number, CloseReason.PEER_CLOSED, System.currentTimeMillis());
    }

    public static Batch opens(long incarnation, long number, Batch.Open... opens) {
        return new Batch(
                incarnation,
                0,
                number,
                List.of(opens),
                List.of(),
                Arrays.stream(opens)
                        .map(open -> new Batch.Count(open.client(), 1))
                        .toList());
    }

    public static Batch closes(long incarnation, long number, String client, Batch.Close... closes) {
        return new Batch(incarnation, 0, number, List.of(), List.of(closes), List.of(new Batch.Count(client, 0)));
    }

    @Override
    public void close() {
        second.stop();
        first.stop();
    }
}
