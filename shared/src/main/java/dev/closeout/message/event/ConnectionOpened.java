package dev.closeout.message.event;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Transport;
import io.vertx.core.json.JsonObject;

/**
 * A connection has opened and is written down. A hint, published to whoever listens: at most once, and one that is lost
 * is not repeated.
 *
 * @param node the name of the node that owns it
 * @param incarnation that of that node
 * @param connection its number within that incarnation
 * @param client whose it is
 * @param generation which stay of that client
 * @param transport one of the labels of {@link Transport}
 * @param remote the peer's address as text
 * @param openedAt milliseconds since 1970, by its node's clock
 */
public record ConnectionOpened(
        String node,
        long incarnation,
        long connection,
        String client,
        long generation,
        String transport,
        String remote,
        long openedAt)
        implements Message {
    /** The address at which it is published. */
    public static final String ADDRESS = "closeout.connection.opened";
    /** The event's name, wherever it is not an address. */
    public static final String EVENT = "connection.opened";

    public static ConnectionOpened fromJson(JsonObject json) {
        return Json.read(json, ConnectionOpened.class);
    }
}
