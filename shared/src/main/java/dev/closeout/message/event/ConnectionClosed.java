package dev.closeout.message.event;

import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Transport;
import io.vertx.core.json.JsonObject;

/**
 * A connection has closed, and what it held in the database has been given back.
 * Each owed handler is called until it has answered. It is also published to whoever listens, as a hint: at most once,
 * and one that is lost is not repeated.
 *
 * @param node the name of the node that owned it
 * @param incarnation that of that node
 * @param connection its number within that incarnation: it and the incarnation are the key, the same in every call
 * @param client whose it was
 * @param generation which stay of that client
 * @param transport one of the labels of {@link Transport}
 * @param remote the peer's address as text
 * @param openedAt milliseconds since 1970, by its node's clock
 * @param reason one of the labels of {@link CloseReason}
 * @param closedAt milliseconds since 1970, by the clock of its node, or of who closed it in that one's stead
 */
public record ConnectionClosed(
        String node,
        long incarnation,
        long connection,
        String client,
        long generation,
        String transport,
        String remote,
        long openedAt,
        String reason,
        long closedAt)
        implements Message {
    /** The address at which it is published. */
    public static final String ADDRESS = "closeout.connection.closed";
    /** The event's name, wherever it is not an address. */
    public static final String EVENT = "connection.closed";

    /** A request to the owed handler of that name; any answer but a failure is the end of what is owed to it. */
    public static String address(String handler) {
        return ADDRESS + "." + handler;
    }

    /** Tells a second call for the same thing: visible ASCII without spaces, at most 100 characters. */
    public String key() {
        return "%s:%s".formatted(EVENT, new ConnectionId(incarnation, connection));
    }

    public static ConnectionClosed fromJson(JsonObject json) {
        return Json.read(json, ConnectionClosed.class);
    }
}
