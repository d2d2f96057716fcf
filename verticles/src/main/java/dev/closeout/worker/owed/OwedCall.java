package dev.closeout.worker.owed;

import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;

/**
 * One call of a handler for one thing that happened.
 *
 * @param id the number of its row in {@code closeout.owed}
 * @param call which call it is for that row, from 1: an older one has no say any more
 * @param creditor who is called
 * @param row the relation's columns as PostgreSQL writes them in JSON
 */
record OwedCall(long id, int call, Creditor creditor, JsonObject row) {
    /**
     * A handler for an event.
     *
     * @param event the event's name in messages
     */
    record Creditor(String event, String handler) {
        String address() {
            return ClientGone.EVENT.equals(event) ? ClientGone.address(handler) : ConnectionClosed.address(handler);
        }
    }

    /** What the handler is sent. */
    JsonObject message() {
        return ClientGone.EVENT.equals(creditor.event()) ? gone().toJson() : closed().toJson();
    }

    /** What the handler tells a second call by. */
    String key() {
        return ClientGone.EVENT.equals(creditor.event()) ? gone().key() : closed().key();
    }

    private ClientGone gone() {
        return new ClientGone(row.getString("client"), row.getLong("generation"), millis("since"));
    }

    private ConnectionClosed closed() {
        return new ConnectionClosed(
                row.getString("node"),
                row.getLong("incarnation"),
                row.getLong("connection"),
                row.getString("client"),
                row.getLong("generation"),
                row.getString("transport"),
                row.getString("remote"),
                millis("opened_at"),
                row.getString("reason"),
                millis("closed_at"));
    }

    private long millis(String column) {
        return OffsetDateTime.parse(row.getString(column)).toInstant().toEpochMilli();
    }
}
