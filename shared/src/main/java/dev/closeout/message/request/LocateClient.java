package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The question whether a client is online, how many times and where. The answer shows what is committed: a connection
 * that is just being opened or closed may be missing or still there.
 *
 * @param client a client id
 */
public record LocateClient(String client) implements Message {
    /** A request to any worker; the answer is a {@link Located}, also for a client that is not online. */
    public static final String ADDRESS = "closeout.client.locate";
    /** Connections that an answer names. */
    public static final int NAMED = 1_000;

    public LocateClient {
        ClientId.check(client);
    }

    /**
     * Where a client is.
     *
     * @param total connections on all nodes
     * @param connections the oldest {@link #NAMED} of them
     */
    public record Located(String client, long total, List<Place> connections) implements Message {
        public Located {
            connections = List.copyOf(connections);
        }

        public static Located fromJson(JsonObject json) {
            return Json.read(json, Located.class);
        }
    }

    /**
     * One connection.
     *
     * @param connection {@code <incarnation>-<number>}
     * @param node what the operator calls the node that owns it
     * @param transport such as {@code tcp}
     * @param remote the peer's address as text
     * @param openedAt milliseconds since 1970
     */
    public record Place(String connection, String node, String transport, String remote, long openedAt) {}

    public static LocateClient fromJson(JsonObject json) {
        return Json.read(json, LocateClient.class);
    }
}
