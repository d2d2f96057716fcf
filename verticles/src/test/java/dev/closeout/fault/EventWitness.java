package dev.closeout.fault;

import dev.closeout.message.event.ClientArrived;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/** Listens to all events and prints each as a line, {@link #LINE} and {@code EVENT CLIENT KEY}. On an event loop. */
public final class EventWitness extends VerticleBase {
    static final String LINE = "heard: ";

    private static final List<String> EVENTS =
            List.of(ClientArrived.ADDRESS, ConnectionOpened.ADDRESS, ConnectionClosed.ADDRESS, ClientGone.ADDRESS);

    @Override
    public Future<?> start() {
        return Future.all(EVENTS.stream()
                .map(event -> vertx.eventBus()
                        .<JsonObject>consumer(event, message -> print(event, message.body()))
                        .completion())
                .collect(Collectors.toList()));
    }

    private static void print(String event, JsonObject body) {
        var key = body.containsKey("connection")
                ? body.getLong("incarnation") + "-" + body.getLong("connection")
                : body.getLong("generation").toString();
        System.out.println("%s%s %s %s".formatted(LINE, event, body.getString("client"), key));
    }
}
