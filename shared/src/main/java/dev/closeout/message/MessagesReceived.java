package dev.closeout.message;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a client sent over one connection, in that order. Until this is answered, nothing more of that connection is
 * handed to anybody.
 *
 * @param connection {@code <incarnation>-<number>}
 * @param client whose it is
 * @param messages at least one
 */
public record MessagesReceived(String connection, String client, List<Payload> messages) {
    /** A request to those who take what clients send, one of them at a time; the answer is empty. */
    public static final String ADDRESS = "message.received";

    public MessagesReceived {
        messages = List.copyOf(messages);
    }

    /** The same for one client: who takes requests there gets its messages instead of the others. */
    public static String address(String client) {
        return ADDRESS + "." + client;
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static MessagesReceived fromJson(JsonObject json) {
        return Json.read(json, MessagesReceived.class);
    }
}
