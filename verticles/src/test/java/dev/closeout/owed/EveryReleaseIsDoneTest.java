package dev.closeout.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.OwedSection;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Handlers;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.Receiver;
import dev.closeout.fixture.Receiver.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Everything at once, on three nodes: each client is owed to a handler that is killed in the middle of its work, one that
 * fails five times, one that never answers, and a webhook whose receiver is down, then wrong, slow and half.
 */
class EveryReleaseIsDoneTest {
    private static final int CLIENTS = 8;
    private static final int STAYS = 2;
    private static final int FAILURES = 5;

    private final Nodes nodes = new Nodes();
    private final Receiver receiver = new Receiver();
    private final String[] config = {
        "OWED_CLIENT_GONE", "[media-ports, failing, mute]",
        "OWED_ANSWER_TIMEOUT", "1s",
        "OWED_TRIES", "8",
        "WEBHOOK_URL", receiver.url(),
        "WEBHOOK_SECRET", "a secret of sixteen or more",
        "WEBHOOK_EVENTS", "[client.gone]",
        "WEBHOOK_TIMEOUT", "500ms"
    };

    @AfterEach
    void stop() {
        nodes.close();
        receiver.close();
    }

    @Test
    void onceForEachGenerationAndEveryHandlerSawItsKey() {
        receiver.goDown();
        var here = nodes.start(config);
        var there = nodes.start(config);
        var dying = nodes.startProcess(HangingProgram.class, config);
        dying.awaitLine("registered");
        Nodes.awaitCluster(List.of(here, there), 3);
        var failing = new Handlers();
        failing.register(
                there,
                "failing",
                gone -> Collections.frequency(failing.keys(), gone.key()) > FAILURES
                        ? Future.succeededFuture()
                        : Future.failedFuture("not yet"));
        var mute = new Handlers();
        var isMute = new AtomicBoolean(true);
        mute.register(there, "mute", gone -> isMute.get() ? Promise.promise().future() : Future.succeededFuture());

        for (var stay = 1; stay <= STAYS; stay++) {
            for (var client = 0; client < CLIENTS; client++) {
                Nodes.comeAndGo(client % 2 == 0 ? here : there, "client-" + client);
            }
            Eventually.equal("all have gone", (long) stay * CLIENTS, () -> nodes.rows("journal WHERE event = 'gone'"));
        }
        var keys = Set.copyOf(nodes.database()
                .texts("SELECT concat('client.gone:', client, ':', generation) FROM journal WHERE event = 'gone'"));
        assertEquals(STAYS * CLIENTS, keys.size());

        dying.awaitLine("called with client.gone:client-");
        dying.kill();
        receiver.answer(Answer.ERROR, Answer.SLOW, Answer.HALF, Answer.ERROR, Answer.SLOW, Answer.HALF);
        receiver.comeUp();
        Eventually.equal(
                "who never answers is given up",
                keys.size(),
                () -> nodes.rows("closeout.dead_letter WHERE handler = 'mute'"));
        var ports = new Handlers();
        ports.register(here, "media-ports", gone -> Future.succeededFuture());
        isMute.set(false);
        // The killed one may have been given up, too, and the webhook while its receiver was down.
        Eventually.is("sent again", () -> {
            List.of("media-ports", "mute", OwedSection.WEBHOOK).forEach(handler -> Nodes.resend(here, handler));
            return nodes.rows("closeout.dead_letter") + nodes.rows("closeout.owed") == 0;
        });

        nodes.awaitDone();
        assertEquals(keys.size(), nodes.rows("journal WHERE event = 'gone'"));
        for (var handler : List.of(failing, mute, ports)) {
            assertEquals(keys, new HashSet<>(handler.keys()));
        }
        assertTrue(keys.stream().allMatch(key -> Collections.frequency(failing.keys(), key) > FAILURES));
        assertEquals(
                keys, receiver.received().stream().map(Receiver.Received::key).collect(Collectors.toSet()));
    }
}
