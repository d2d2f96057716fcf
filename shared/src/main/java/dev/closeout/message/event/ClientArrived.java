package dev.closeout.message.event;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A client's first connection anywhere has opened: a generation began, which ends with {@link ClientGone}. One that
 * returns within its linger time was never gone, and does not arrive. A hint, published to whoever listens: at most once,
 * and one that is lost is not repeated.
 *
 * @param client who it is
 * @param generation which stay of that client: it and the client are the key, the same as when it has gone
 * @param since when that connection was accepted, milliseconds since 1970, by the clock of its node
 */
public record ClientArrived(String client, long generation, long since) implements Message {
    /** The address at which it is published. */
    public static final String ADDRESS = "closeout.client.arrived";
    /** The event's name, wherever it is not an address. */
    public static final String EVENT = "client.arrived";

    public static ClientArrived fromJson(JsonObject json) {
        return Json.read(json, ClientArrived.class);
    }
}
