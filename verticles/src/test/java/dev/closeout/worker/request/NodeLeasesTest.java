package dev.closeout.worker.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.CheckDatabase;
import dev.closeout.message.cluster.JoinNode;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.LeaveNode;
import dev.closeout.message.cluster.OpenLane;
import dev.closeout.message.cluster.RenewLease;
import dev.closeout.worker.WorkerFixture;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lives of nodes, and who may speak for them. */
class NodeLeasesTest {
    private WorkerFixture workers;

    @SuppressWarnings("NullAway.Init") // workers: set before each test
    NodeLeasesTest() {}

    @BeforeEach
    void start() {
        workers = WorkerFixture.start();
    }

    @AfterEach
    void stop() {
        workers.close();
    }

    /** Probes may fill their own queue; a renewal that fails because of them would cost a node its sockets. */
    @Test
    void aFloodOfProbesDelaysNoRenewal() {
        var node = workers.join("a");
        var probes = new ArrayList<Future<?>>();
        for (var i = 0; i < 2_000; i++) {
            probes.add(workers.first.vertx.eventBus().request(CheckDatabase.ADDRESS, new JsonObject()));
        }
        for (var i = 0; i < 10; i++) {
            workers.ask(RenewLease.ADDRESS, new RenewLease(node, "", 60_000).toJson());
        }
        Eventually.done(Future.join(probes).otherwiseEmpty());
    }

    /** The answer to a join may be lost: the next try is the same incarnation. */
    @Test
    void joinsOnceForEachNonce() {
        var nonce = UUID.randomUUID().toString();
        assertEquals(join(nonce), join(nonce));
        assertNotEquals(join(nonce), join(UUID.randomUUID().toString()));
    }

    /** I5: a failover that loses a join gives its number to the next node. The first one finds another's nonce there. */
    @Test
    void anIncarnationThatWasGivenOutTwiceIsFencedForTheFirst() {
        var lost = UUID.randomUUID().toString();
        var known = UUID.randomUUID().toString();
        var number = join(lost);
        workers.database.run("UPDATE closeout.node SET nonce = '%s' WHERE incarnation = %d".formatted(known, number));

        workers.ask(RenewLease.ADDRESS, new RenewLease(number, known, 60_000).toJson());
        workers.ask(OpenLane.ADDRESS, new OpenLane(number, 0, known).toJson());
        assertFenced(RenewLease.ADDRESS, new RenewLease(number, lost, 60_000).toJson());
        assertFenced(OpenLane.ADDRESS, new OpenLane(number, 1, lost).toJson());
        // It was at that number too, on the lane that is gone.
        assertFenced(workers.first.send(firstBatch(number, lost)));
        Eventually.done(workers.first.send(firstBatch(number, known)));

        workers.ask(LeaveNode.ADDRESS, new LeaveNode(number, lost).toJson());
        workers.ask(RenewLease.ADDRESS, new RenewLease(number, known, 60_000).toJson());
        assertEquals(1, workers.database.number("SELECT count(*) FROM closeout.lane WHERE NOT fenced"));
    }

    private void assertFenced(String address, JsonObject message) {
        assertFenced(workers.first.vertx.eventBus().request(address, message));
    }

    private static void assertFenced(Future<?> answer) {
        assertEquals(Failure.FENCED, Failure.of(Eventually.failure(answer)));
    }

    private static Batch firstBatch(long incarnation, String nonce) {
        return new Batch(incarnation, 0, nonce, 1, 0, List.of(), List.of(), List.of());
    }

    private long join(String nonce) {
        return LeaseHeld.fromJson(workers.ask(
                        JoinNode.ADDRESS,
                        new JoinNode("n", 60_000, nonce, true, false, new Judge("none", "127.0.0.1", 1)).toJson()))
                .incarnation();
    }
}
