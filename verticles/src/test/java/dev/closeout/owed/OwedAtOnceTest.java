package dev.closeout.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Handlers;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.handler.OwedHandlers;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers are called as soon as something is owed to them, whatever wrote it down: nobody looks for it in less than an hour. */
class OwedAtOnceTest {
    private static final String[] SETTINGS = {
        "OWED_SWEEP", "1h",
        "OWED_TRIES", "1",
        "OWED_CLIENT_GONE", "[media-ports]",
        "OWED_CONNECTION_CLOSED", "[journal]",
        "NODE_LEASE", "2s",
        "CLIENTS_SWEEP", "200ms",
        "CLIENTS_LINGER_LIMIT", "1h",
        "DATABASE_LOCK_TIMEOUT", "200ms"
    };

    private final Nodes nodes = new Nodes();
    private final Handlers gone = new Handlers();
    private final List<String> closed = new CopyOnWriteArrayList<>();
    private volatile boolean failing;
    private Node node;

    @BeforeEach
    void start() {
        node = nodes.start(SETTINGS);
        gone.register(node, "media-ports", call -> failing ? Future.failedFuture("not now") : Future.succeededFuture());
        var journal = OwedHandlers.of(node.vertx()).onConnectionClosed("journal", call -> {
            closed.add(call.client());
            return Future.succeededFuture();
        });
        Eventually.done(journal.completion());
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void byABatchAndTheReleaseThatItSetsOff() {
        Nodes.comeAndGo(node, "alice");

        awaitClosed("alice");
        awaitGone("alice", 1);
    }

    @Test
    void byASweep() {
        LineClient.welcomed(node.tcpPort(), "bob linger=500ms").close();

        awaitGone("bob", 1);
    }

    /** The client stays, so there is no release that could say so too. */
    @Test
    void byAReaper() {
        var dying = nodes.startProcess(Closeout.class, SETTINGS);
        try (var here = LineClient.welcomed(node.tcpPort(), "carol")) {
            LineClient.welcomed(dying.tcpPort(), "carol");
            dying.kill();

            awaitClosed("carol");
            here.send("PING\n").read();
        }
    }

    @Test
    void byACloseThatWasHeld() throws SQLException {
        try (var here = LineClient.welcomed(node.tcpPort(), "dave");
                var user = nodes.database().connect();
                var statement = user.createStatement()) {
            var other = LineClient.welcomed(node.tcpPort(), "dave");
            user.setAutoCommit(false);
            statement.execute("SELECT FROM location WHERE client = 'dave' FOR UPDATE");
            other.close();
            Eventually.equal("held", 1, () -> nodes.rows("closeout.connection WHERE held_until IS NOT NULL"));
            assertEquals(List.of(), closed);
            user.rollback();

            awaitClosed("dave");
            here.send("PING\n").read();
        }
    }

    @Test
    void byALetterThatIsSentAgain() {
        failing = true;
        Nodes.comeAndGo(node, "erin");
        awaitGone("erin", 1);
        // The look that finds its tries used up makes it a letter.
        Eventually.is("a letter", () -> {
            Nodes.comeAndGo(node, "frank");
            return Nodes.letters(node).stream().anyMatch(letter -> letter.row().containsValue("erin"));
        });
        // Nothing that is still on its way may call the handler in the letter's stead.
        Eventually.equal("clients to release", 0, () -> nodes.rows("closeout.client"));
        Eventually.equal("calls to make or under way", 0, () -> nodes.rows("closeout.owed WHERE error IS NULL"));
        failing = false;

        Eventually.is("sent again", () -> Nodes.resend(node, "media-ports") > 0);
        awaitGone("erin", 2);
    }

    private void awaitClosed(String client) {
        Eventually.is(client + " is told to have closed", () -> closed.contains(client));
    }

    private void awaitGone(String client, int calls) {
        Eventually.equal("calls for " + client, calls, () -> gone.keys().stream()
                .filter(key -> key.startsWith("client.gone:" + client + ":"))
                .count());
    }
}
