package dev.closeout.worker.hook;

import dev.closeout.message.event.ClientArrived;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A row of an event's relation, and the messages that tell of it. A column is read when a message is made; that fails when
 * the row lacks it.
 */
public final class EventRow {
    private final Function<String, String> text;
    private final ToLongFunction<String> number;
    private final Function<String, OffsetDateTime> time;

    private EventRow(
            Function<String, String> text, ToLongFunction<String> number, Function<String, OffsetDateTime> time) {
        this.text = text;
        this.number = number;
        this.time = time;
    }

    /** As a statement answers with it. */
    static EventRow of(Row row) {
        return new EventRow(row::getString, row::getLong, row::getOffsetDateTime);
    }

    /** As PostgreSQL writes it in JSON. */
    public static EventRow of(JsonObject row) {
        return new EventRow(row::getString, row::getLong, column -> OffsetDateTime.parse(row.getString(column)));
    }

    ClientArrived arrived() {
        return new ClientArrived(client(), generation(), millis("opened_at"));
    }

    ConnectionOpened opened() {
        return new ConnectionOpened(
                text.apply("node"),
                number.applyAsLong("incarnation"),
                number.applyAsLong("connection"),
                client(),
                generation(),
                text.apply("transport"),
                text.apply("remote"),
                millis("opened_at"));
    }

    public ConnectionClosed closed() {
        return new ConnectionClosed(
                text.apply("node"),
                number.applyAsLong("incarnation"),
                number.applyAsLong("connection"),
                client(),
                generation(),
                text.apply("transport"),
                text.apply("remote"),
                millis("opened_at"),
                text.apply("reason"),
                millis("closed_at"));
    }

    public ClientGone gone() {
        return new ClientGone(client(), generation(), millis("since"));
    }

    private String client() {
        return text.apply("client");
    }

    private long generation() {
        return number.applyAsLong("generation");
    }

    private long millis(String column) {
        return time.apply(column).toInstant().toEpochMilli();
    }
}
