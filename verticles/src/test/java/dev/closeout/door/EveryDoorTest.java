package dev.closeout.door;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.Issuer;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.WireClient;
import dev.closeout.message.request.KickClient;
import dev.closeout.node.Node;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** I9 at every door: whatever it is made of and whoever may come in, each end is told once, by its reason. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryDoorTest {
    private static final long DOORS = Door.values().length;

    private final Nodes nodes = Nodes.byDefault();
    private final Issuer issuer = new Issuer();
    private final Vertx vertx = Vertx.vertx();

    @AfterAll
    void stop() {
        Eventually.done(vertx.close());
        nodes.close();
        issuer.close();
    }

    /** Each security and each proof, and all that tokens do; the rest when {@code closeout.doors} is {@code all}. */
    static Stream<Arguments> cases() {
        return Stream.of(Security.values())
                .flatMap(security -> proofs(security).stream().map(proof -> Arguments.of(security, proof)));
    }

    private static List<Proof> proofs(Security security) {
        if (System.getProperty("closeout.doors", "").equals("all")) {
            return List.of(Proof.values());
        }
        return switch (security) {
            case PLAIN -> List.of(Proof.NONE, Proof.TOKEN);
            case TLS -> List.of(Proof.WORD, Proof.TOKEN);
            case MUTUAL -> List.of(Proof.TOKEN);
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyEndIsToldOnce(Security security, Proof proof) {
        nodes.database().run("DELETE FROM journal");
        var node = start(security, proof);
        var shown = Optional.ofNullable(proof.shown(issuer));

        eachEnds(node, security, shown, "peer-closed", Visitor::leave);
        eachEnds(node, security, shown, "reset", Visitor::breakOff);
        try (var kicked = new Company(node, security, shown)) {
            Eventually.done(Nodes.ask(node, KickClient.ADDRESS, new KickClient("alice", "enough").toJson()));
            kicked.hear("not-allowed");
            awaitEnds("kicked", DOORS);
        }
        var past = 3 * DOORS;
        if (proof == Proof.TOKEN) {
            awaitTheEndOfTokens(node, security);
            past += 2 * DOORS;
        }
        assertEquals(past, nodes.rows("journal WHERE event = 'opened'"));
        assertEquals(past, nodes.rows("journal WHERE event = 'closed'"));
        Eventually.is("nothing is left, by the transports' own count", () -> isEmpty(metrics(node, security)));

        try (var stopped = new Company(node, security, shown)) {
            Eventually.done(node.stop());
            stopped.hear("node-restarts");
            assertEquals(DOORS, ends("node-stopped"));
        }
        nodes.awaitDone();
        assertEquals(0, nodes.rows("location"));
    }

    private void eachEnds(Node node, Security security, Optional<String> token, String reason, Consumer<Visitor> end) {
        try (var company = new Company(node, security, token)) {
            company.visitors.values().forEach(end);
            awaitEnds(reason, DOORS);
        }
    }

    /** Those who have shown a fresh one stay past the end of the one before. */
    private void awaitTheEndOfTokens(Node node, Security security) {
        try (var renewing = new Company(node, security, Optional.of(issuer.token("alice", 3)))) {
            renewing.visitors.values().forEach(visitor -> visitor.renew(issuer.token("alice")));
            try (var others = new Company(node, security, Optional.of(issuer.token("alice", 3)))) {
                others.hear("token-expired");
                awaitEnds("token-expired", DOORS);
            }
            assertEquals(DOORS, nodes.rows("closeout.connection"));
            renewing.visitors.values().forEach(Visitor::leave);
            awaitEnds("peer-closed", 2 * DOORS);
        }
    }

    private Node start(Security security, Proof proof) {
        var settings = new ArrayList<>(List.of("HTTP_H2C", "true", "SOCKETS_VERTICLES", "2"));
        settings.addAll(security.settings());
        settings.addAll(proof.settings(issuer));
        return nodes.start(settings.toArray(String[]::new));
    }

    private void awaitEnds(String reason, long expected) {
        Eventually.is("closed as " + reason, () -> ends(reason) == expected, () -> nodes.database()
                .texts("SELECT coalesce(reason, '-') || ' ' || count(*) FROM journal GROUP BY reason")
                .toString());
    }

    private long ends(String reason) {
        return nodes.rows("journal WHERE event = 'closed' AND reason = '%s'".formatted(reason));
    }

    private static boolean isEmpty(String page) {
        // The page itself comes over a connection of HTTP/1.
        return List.of("tcp", "websocket", "sse", "stream", "http-2").stream()
                        .allMatch(kind -> page.contains("\ncloseout_handles_live{kind=\"%s\"} 0.0\n".formatted(kind)))
                && page.lines()
                        .filter(line -> line.startsWith("closeout_connections_live{"))
                        .allMatch(line -> line.endsWith(" 0.0"));
    }

    private static String metrics(Node node, Security security) {
        try (var wire = WireClient.to(node.httpPort(), security.context())) {
            return wire.send(HttpWire.head("GET /metrics HTTP/1.1", "Host: localhost", "Connection: close"))
                    .readUntil("\0");
        }
    }

    /** One at each door. */
    private final class Company implements AutoCloseable {
        private final Map<Door, Visitor> visitors = new EnumMap<>(Door.class);

        Company(Node node, Security security, Optional<String> token) {
            for (var door : Door.values()) {
                visitors.put(door, door.welcomed(node, security, vertx, token.orElse(null)));
            }
        }

        void hear(String code) {
            visitors.forEach((door, visitor) -> visitor.hears(door.farewell(code)));
        }

        @Override
        public void close() {
            visitors.values().forEach(Visitor::close);
        }
    }
}
