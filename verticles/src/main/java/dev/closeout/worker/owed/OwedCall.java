package dev.closeout.worker.owed;

import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.worker.hook.EventRow;
import io.vertx.core.json.JsonObject;

/**
 * One call of a handler for one thing that happened.
 *
 * @param id the number of its row in {@code closeout.owed}
 * @param call which call it is for that row, from 1: an older one has no say any more
 * @param handlerId who is called
 * @param row the relation's columns as PostgreSQL writes them in JSON
 */
record OwedCall(long id, int call, HandlerId handlerId, JsonObject row) {
    /**
     * A handler for an event.
     *
     * @param event the event's name in messages
     */
    record HandlerId(String event, String handler) {
        String address() {
            return isClientGone() ? ClientGone.address(handler) : ConnectionClosed.address(handler);
        }

        private boolean isClientGone() {
            return ClientGone.EVENT.equals(event);
        }
    }

    /** What the handler is sent. */
    JsonObject message() {
        var what = EventRow.of(row);
        return handlerId.isClientGone() ? what.gone().toJson() : what.closed().toJson();
    }

    /** What the handler tells a second call by. */
    String key() {
        var what = EventRow.of(row);
        return handlerId.isClientGone() ? what.gone().key() : what.closed().key();
    }
}
