package dev.closeout.worker.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who listens, as the cluster's registrations show it. */
class EventSubscribersTest {
    @Test
    void knowsWhoListensOnWhateverNode() {
        try (var nodes = new Nodes()) {
            var here = nodes.start();
            var there = nodes.start("NODE_ROLES", "[sockets]");
            Nodes.awaitCluster(List.of(here, there));
            var subscribers = new EventSubscribers(here.vertx());
            assertEquals(List.of(), wanted(subscribers));
            assertEquals(List.of(), look(subscribers));

            var onTheOther = consume(there.vertx(), ConnectionClosed.ADDRESS, false);
            Eventually.is("one event is wanted", () -> look(subscribers).equals(List.of(Event.CLOSED)));
            // One that hears only its own node is known to that one alone.
            consume(there.vertx(), ConnectionOpened.ADDRESS, true);
            consume(here.vertx(), ClientGone.ADDRESS, true);
            assertEquals(List.of(Event.CLOSED, Event.GONE), look(subscribers));

            Eventually.done(onTheOther.run());
            Eventually.is("it is wanted no more", () -> look(subscribers).equals(List.of(Event.GONE)));
        }
    }

    @Test
    void withoutAClusterEveryEventIsWanted() {
        var vertx = Vertx.vertx();
        try {
            assertEquals(List.of(Event.values()), look(new EventSubscribers(vertx)));
        } finally {
            Eventually.done(vertx.close());
        }
    }

    private interface Unregistration {
        Future<Void> run();
    }

    private static Unregistration consume(Vertx vertx, String address, boolean localOnly) {
        var consumer = vertx.eventBus()
                .<JsonObject>consumer(
                        new MessageConsumerOptions().setAddress(address).setLocalOnly(localOnly))
                .handler(message -> {});
        Eventually.done(consumer.completion());
        return consumer::unregister;
    }

    private static List<Event> look(EventSubscribers subscribers) {
        Eventually.done(subscribers.look());
        return wanted(subscribers);
    }

    private static List<Event> wanted(EventSubscribers subscribers) {
        var pending = new PendingEvents(subscribers.listened());
        return Arrays.stream(Event.values()).filter(pending::wants).toList();
    }
}
