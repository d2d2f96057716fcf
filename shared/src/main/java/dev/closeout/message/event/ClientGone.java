package dev.closeout.message.event;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A client's last connection anywhere has gone, and what it held in the database has been given back.
 * Each owed handler is called until it has answered. It is also published to whoever listens, as a hint: at most once,
 * and one that is lost is not repeated.
 *
 * @param client who it was
 * @param generation which stay of that client: it and the client are the key, the same in every call
 * @param since when its last connection went, milliseconds since 1970, by the database's clock
 */
public record ClientGone(String client, long generation, long since) implements Message {
    /** The address at which it is published. */
    public static final String ADDRESS = "closeout.client.gone";
    /** The event's name, wherever it is not an address. */
    public static final String EVENT = "client.gone";

    /** A request to the owed handler of that name; any answer but a failure is the end of what is owed to it. */
    public static String address(String handler) {
        return ADDRESS + "." + handler;
    }

    /** Tells a second call for the same thing: visible ASCII without spaces, at most 1,000 characters. */
    public String key() {
        return "%s:%s:%d".formatted(EVENT, URLEncoder.encode(client, StandardCharsets.UTF_8), generation);
    }

    public static ClientGone fromJson(JsonObject json) {
        return Json.read(json, ClientGone.class);
    }
}
