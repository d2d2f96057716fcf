package dev.closeout.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Handlers;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.request.ListOwed;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is still owed can be seen from anywhere in the cluster. */
class OwedListedTest {
    private final Nodes nodes = new Nodes();
    private final Handlers handlers = new Handlers();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void showsWhatAReleaseStillWaitsFor() {
        var node = nodes.start("OWED_CLIENT_GONE", "[media-ports, files]", "OWED_CONNECTION_CLOSED", "[journal]");
        handlers.register(node, "media-ports", gone -> Future.failedFuture("the switch is away"));
        handlers.register(node, "files", gone -> Future.succeededFuture());
        Nodes.comeAndGo(node, "zoë");
        Nodes.comeAndGo(node, "bob");
        Eventually.equal("the others wait", 4, () -> nodes.rows("closeout.owed WHERE error <> ''"));
        assertEquals(4, list(node, 0, "").size());

        var owed = list(node, 0, "zoë");
        assertEquals(
                List.of("connection.closed journal", "client.gone media-ports"),
                owed.stream().map(work -> work.event() + " " + work.handler()).toList());
        var journal = owed.get(0);
        assertTrue(journal.key().startsWith("connection.closed:1-"), journal.key());
        assertEquals(0, journal.tries());
        assertEquals("no such handler is registered", journal.error());
        var ports = owed.get(1);
        assertEquals("zoë", ports.client());
        assertEquals(
                handlers.keys().stream()
                        .filter(key -> key.contains("zo%C3%AB"))
                        .findFirst()
                        .orElseThrow(),
                ports.key());
        assertTrue(ports.tries() > 0);
        assertEquals("the switch is away", ports.error());
        assertTrue(Math.abs(ports.dueAt() - System.currentTimeMillis()) < 60_000, ports::toString);
        assertEquals(List.of(), list(node, ports.id(), "zoë"));
    }

    /** The name is taken out of the configuration: what it is owed is shown all the same. */
    @Test
    void listsInPages() {
        var node = nodes.start();
        nodes.database()
                .run(
                        """
                        INSERT INTO closeout.owed (event, handler, "row")
                        SELECT 'client.gone', 'gone-too',
                               jsonb_build_object('client', 'client-' || n, 'generation', n, 'since', now())
                        FROM generate_series(1, %d) n"""
                                .formatted(2 * ListOwed.PAGE + 1));

        var first = list(node, 0, "");
        var second = list(node, last(first), "");
        var third = list(node, last(second), "");
        assertEquals(ListOwed.PAGE, first.size());
        assertEquals(ListOwed.PAGE, second.size());
        assertEquals(
                List.of(new ClientGone("client-201", 201, 0).key()),
                third.stream().map(ListOwed.Work::key).toList());
        assertEquals(1, third.stream().filter(work -> work.error().isEmpty()).count());
        assertEquals(1, list(node, 0, "client-7").size());
        assertEquals(List.of(), list(node, 0, "nobody"));
    }

    @Test
    void whatNamesNoClientIsRefused() {
        var node = nodes.start();
        var body = new ListOwed(0, "").toJson().put("client", "two words");
        var failure = Eventually.failure(Nodes.ask(node, ListOwed.ADDRESS, body));
        assertEquals(Failure.BAD_MESSAGE, Failure.of(failure));

        body.remove("client");
        assertEquals(
                0,
                ListOwed.Page.fromJson(Eventually.done(Nodes.ask(node, ListOwed.ADDRESS, body)))
                        .owed()
                        .size());
    }

    private static long last(List<ListOwed.Work> page) {
        return page.get(page.size() - 1).id();
    }

    private static List<ListOwed.Work> list(Node node, long after, String client) {
        var body = new ListOwed(after, client).toJson();
        return ListOwed.Page.fromJson(Eventually.done(Nodes.ask(node, ListOwed.ADDRESS, body)))
                .owed();
    }
}
