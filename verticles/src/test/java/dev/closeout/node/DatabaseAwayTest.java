package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Location;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.fixture.Wire;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node does while PostgreSQL is away, and when it is back. */
class DatabaseAwayTest {
    private static final String[] QUICK = {
        "SOCKETS_VERTICLES",
        "1",
        "DATABASE_QUERY_TIMEOUT",
        "1s",
        "DATABASE_CONNECT_TIMEOUT",
        "500ms",
        "CLIENTS_SWEEP",
        "500ms"
    };

    private final TestDatabase database = TestDatabase.create();
    private final Wire wire = new Wire(TestDatabase.port());
    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        wire.carry();
        nodes.forEach(node -> Eventually.done(node.stop()));
        wire.close();
    }

    @Test
    void socketsStayClosesWaitAndNewcomersAreToldToTryAgain() {
        var node = start();
        var stays = LineClient.welcomed(node.tcpPort(), "stays");
        var goes = LineClient.welcomed(node.tcpPort(), "goes");
        wire.cut();
        goes.close();
        Eventually.is("a newcomer is refused", () -> answerTo(node, "newcomer").startsWith("ERROR try-again-later"));
        assertEquals("PONG", stays.send("PING\n").read());

        wire.carry();
        Eventually.equal("the close was kept", 1, () -> journal("closed", "goes"));
        Eventually.equal("and the release", 1, () -> journal("gone", "goes"));
        Eventually.is("newcomers are welcome", () -> answerTo(node, "newcomer").startsWith("WELCOME"));
        assertEquals(0, journal("closed", "stays"));
        stays.close();
    }

    /** Nobody has noticed the outage yet; the handshake timeout is much longer. */
    @Test
    void theFirstNewcomerOfAnOutageIsToldSoon() {
        var node = start("DATABASE_QUERY_TIMEOUT", "5s", "DATABASE_CONNECT_TIMEOUT", "3s");
        LineClient.welcomed(node.tcpPort(), "before").close();
        Eventually.equal("gone", 1, () -> journal("gone", "before"));
        wire.fallSilent();
        var asked = System.nanoTime();
        assertEquals("ERROR try-again-later connections cannot be written down now", answerTo(node, "newcomer"));
        var seconds = (System.nanoTime() - asked) / 1e9;
        assertTrue(seconds < 3, seconds + " s");
    }

    /** The answer comes after the newcomer has been sent away: its row, written down then, is cleaned up after. */
    @Test
    void whoWasSentAwayTooEarlyIsCleanedUpAfter() throws SQLException {
        var node = start("DATABASE_QUERY_TIMEOUT", "30s", "SOCKETS_OPEN_TIMEOUT", "300ms");
        try (var session = database.connect();
                var statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("LOCK TABLE location");
            assertTrue(answerTo(node, "early").startsWith("ERROR try-again-later"));
            assertTrue(answerTo(node, "behind").startsWith("ERROR try-again-later"));
            session.rollback();
        }
        Eventually.equal("written down and closed", 1, () -> journal("closed", "early"));
        Eventually.is("newcomers are welcome", () -> answerTo(node, "newcomer").startsWith("WELCOME"));
        Eventually.equal("nothing is left", 0, this::rows);
        assertEquals(0, journal("opened", "behind"));
    }

    @Test
    void withEventualAdmissionNewcomersAreWelcomedAndWrittenDownLater() {
        var node = start("SOCKETS_ADMISSION", "eventual");
        var goes = LineClient.welcomed(node.tcpPort(), "goes");
        wire.cut();
        goes.close();
        var early = LineClient.welcomed(node.tcpPort(), "early");
        LineClient.welcomed(node.tcpPort(), "came-and-went").close();
        assertEquals(0, located("early"));

        wire.carry();
        Eventually.equal("written down", 1, () -> located("early"));
        early.close();
        Eventually.equal("and cleaned up after", 1, () -> journal("gone", "early"));
        Eventually.equal("nothing is left", 0, this::rows);
        assertEquals(0, located("came-and-went"));
    }

    @Test
    void aNodeMayStartBeforeItsDatabaseDoes() throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        wire.cut();
        var starting = startLater("HTTP_PORT", String.valueOf(port));
        Eventually.equal("it lives", 200, () -> status(port, "/health/live"));
        assertEquals(503, status(port, "/health/ready"));
        assertFalse(starting.isComplete());

        wire.carry();
        var node = Eventually.done(starting);
        nodes.add(node);
        Eventually.equal("it is ready", 200, () -> status(port, "/health/ready"));
        LineClient.welcomed(node.tcpPort(), "alice").close();
    }

    /** I6: what cannot be remembered one by one is found again in the database. */
    @Test
    void closesBeyondTheBacklogLimitAreForgottenAndTheirRowsFoundAgain() {
        var node = start("SOCKETS_BACKLOG_LIMIT", "20");
        var clients = new ArrayList<LineClient>();
        for (var i = 0; i < 100; i++) {
            clients.add(LineClient.welcomed(node.tcpPort(), "client-" + i));
        }
        wire.cut();
        clients.subList(0, 90).forEach(LineClient::close);
        Eventually.equal("the node knows", 10, () -> (long) node.live());

        wire.carry();
        Eventually.equal("the rows of those who stay are left", 10, this::rows);
        Eventually.equal("each was closed once", 90, () -> journal("closed"));
        Eventually.equal("each was released once", 90, () -> journal("gone"));
        assertTrue(database.number("SELECT count(*) FROM journal WHERE reason = 'reconciled'") > 0);
        clients.subList(90, 100)
                .forEach(client -> assertEquals("PONG", client.send("PING\n").read()));
        clients.subList(90, 100).forEach(LineClient::close);
        Eventually.equal("nothing is left", 0, this::rows);
    }

    private Node start(String... keysAndValues) {
        var node = Eventually.done(startLater(keysAndValues));
        nodes.add(node);
        return node;
    }

    private Future<Node> startLater(String... keysAndValues) {
        Location.createTables(database);
        var all = new ArrayList<>(List.of(QUICK));
        all.addAll(List.of(keysAndValues));
        var config = TestConfig.of(UUID.randomUUID().toString(), all.toArray(String[]::new));
        return Node.start(TestConfig.with(config, Location.HOOKS), database.uriAt(wire.port()));
    }

    /** 0 when nobody listens. */
    private static long status(int port, String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                    .build();
            return HttpClient.newHttpClient()
                    .send(request, BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException nobody) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String answerTo(Node node, String client) {
        try (var asking = new LineClient(node.tcpPort())) {
            return String.valueOf(asking.send("HELLO " + client + "\n").read());
        }
    }

    private long rows() {
        return database.number("SELECT count(*) FROM closeout.connection");
    }

    private long located(String client) {
        return database.number("SELECT count(*) FROM location WHERE client = '%s'".formatted(client));
    }

    private long journal(String event, String client) {
        return database.number(
                "SELECT count(*) FROM journal WHERE event = '%s' AND client = '%s'".formatted(event, client));
    }

    private long journal(String event) {
        return database.number("SELECT count(*) FROM journal WHERE event = '%s'".formatted(event));
    }
}
