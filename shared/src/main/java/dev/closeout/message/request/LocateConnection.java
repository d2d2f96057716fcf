package dev.closeout.message.request;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * The question where one connection is. The answer shows what is committed.
 *
 * @param connection {@code <incarnation>-<number>}
 */
public record LocateConnection(String connection) implements Message {
    /** A request to any worker; the answer is a {@link Located}, or the failure {@code NOT_FOUND}. */
    public static final String ADDRESS = "closeout.connection.locate";

    public LocateConnection {
        ConnectionId.read(connection);
    }

    /**
     * A connection that is open.
     *
     * @param connection {@code <incarnation>-<number>}
     * @param client whose it is
     * @param generation which stay of that client
     * @param node what the operator calls the node that owns it
     * @param transport such as {@code tcp}
     * @param remote the peer's address as text
     * @param openedAt milliseconds since 1970
     */
    public record Located(
            String connection,
            String client,
            long generation,
            String node,
            String transport,
            String remote,
            long openedAt)
            implements Message {
        public static Located fromJson(JsonObject json) {
            return Json.read(json, Located.class);
        }
    }

    public static LocateConnection fromJson(JsonObject json) {
        return Json.read(json, LocateConnection.class);
    }
}
