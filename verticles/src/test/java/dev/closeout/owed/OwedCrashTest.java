package dev.closeout.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Handlers;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.Wire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever is at owed work may die, stop or lose the database: it is done all the same. */
class OwedCrashTest {
    private static final String[] PORTS = {"OWED_CLIENT_GONE", "[media-ports]"};

    private final Nodes nodes = new Nodes();
    private final Handlers handlers = new Handlers();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void aHandlerThatIsKilledInTheMiddleIsCalledElsewhere() {
        var node = nodes.start(PORTS);
        var dying = nodes.startProcess(
                HangingProgram.class, "OWED_CLIENT_GONE", "[media-ports]", "NODE_ROLES", "[workers]");
        dying.awaitLine("registered");
        Nodes.comeAndGo(node, "grace");
        dying.awaitLine("called with client.gone:grace:");
        dying.kill();

        handlers.register(node, "media-ports", gone -> Future.succeededFuture());
        nodes.awaitDone();
        assertEquals(1, nodes.gone("grace"));
        handlers.assertOneKey();
        assertTrue(dying.output().contains("called with " + handlers.keys().get(0)), dying.output());
    }

    /** Nobody is left who could know of it; the next node that starts finds it in the database. */
    @Test
    void whatEverybodyDiedOverIsDoneByTheNextNode() {
        var dying = nodes.startProcess(HangingProgram.class, PORTS);
        dying.awaitLine("registered");
        LineClient.welcomed(dying.tcpPort(), "heidi").close();
        dying.awaitLine("called with client.gone:heidi:");
        dying.kill();
        assertEquals(1, nodes.rows("closeout.owed WHERE calls > 0"));

        handlers.register(nodes.start(PORTS), "media-ports", gone -> Future.succeededFuture());
        nodes.awaitDone();
        assertEquals(1, nodes.gone("heidi"));
        handlers.assertOneKey();
    }

    /** A rolling restart makes no call twice. */
    @Test
    void aStopWaitsForTheCallsUnderWay() {
        var node = nodes.start(
                "OWED_CLIENT_GONE", "[media-ports]", "NODE_STOP_TIMEOUT", "20s", "OWED_ANSWER_TIMEOUT", "20s");
        var answer = Promise.<Void>promise();
        handlers.register(node, "media-ports", gone -> answer.future());
        Nodes.comeAndGo(node, "ivan");
        Eventually.equal("called", 1, () -> (long) handlers.keys().size());

        var stopped = node.stop();
        Eventually.is("it is stopping", () -> nodes.rows("closeout.node") == 0);
        answer.complete();
        Eventually.done(stopped);
        assertEquals(0, nodes.rows("closeout.owed"));
    }

    /** I6: what ends during an outage keeps its place, and nothing is lost or done twice. */
    @Test
    void anAnswerThatCannotBeWrittenDownIsKeptUntilItCan() {
        var wire = new Wire(TestDatabase.port());
        try (wire) {
            var node = nodes.startOver(wire, "OWED_CLIENT_GONE", "[media-ports]", "OWED_ANSWER_TIMEOUT", "20s");
            var answer = Promise.<Void>promise();
            handlers.register(node, "media-ports", gone -> answer.future());
            Nodes.comeAndGo(node, "judy");
            Eventually.equal("called", 1, () -> (long) handlers.keys().size());
            wire.cut();
            answer.complete();
            Eventually.is("it is away", () -> Nodes.metrics(node).contains("closeout_database_up 0.0"));

            wire.carry();
            nodes.awaitDone();
            assertEquals(1, handlers.keys().size());
            nodes.close();
        }
    }

    /** Two nodes call, a third one answers as a seed has it: well, badly, not at all. */
    @Test
    void aHandlerThatFailsAtRandomHearsOfEveryClient() {
        var clients = 100;
        var random = new Random(20_261_121);
        var answered = ConcurrentHashMap.<String>newKeySet();
        var calling = List.of(nodes.start(PORTS), nodes.start(PORTS));
        var handling = nodes.start("NODE_ROLES", "[sockets]");
        handlers.register(handling, "media-ports", gone -> switch (random.nextInt(6)) {
            case 0 -> Future.failedFuture("badly");
            case 1 -> throw new IllegalStateException("badly too");
            case 2 -> Promise.promise().future();
            default -> {
                answered.add(gone.key());
                yield Future.succeededFuture();
            }
        });
        for (var i = 0; i < clients; i++) {
            Nodes.comeAndGo(calling.get(i % 2), "client-" + i);
        }

        nodes.awaitDone();
        assertEquals(clients, answered.size());
        assertEquals(
                clients, nodes.database().number("SELECT count(DISTINCT client) FROM journal WHERE event = 'gone'"));
        assertEquals(clients, nodes.rows("journal WHERE event = 'gone'"));
        assertEquals(0, nodes.rows("closeout.dead_letter"));
    }
}
