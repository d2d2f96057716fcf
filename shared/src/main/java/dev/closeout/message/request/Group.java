package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A client in a group. A client is in it for the rest of its stay: its release takes it out.
 *
 * @param group a name, under the rules of client ids
 * @param client a client id
 */
public record Group(String group, String client) implements Message {
    /**
     * A request to any worker: the client joins. The answer is empty, for one that is in it already, too. Fails with
     * {@code NOT_FOUND} when the client is not there, with {@code OVER_LIMIT} when it is in {@link #LIMIT} groups.
     */
    public static final String JOIN = "closeout.group.join";
    /** A request to any worker: the client leaves. The answer is empty, for one that was not in it, too. */
    public static final String LEAVE = "closeout.group.leave";
    /** Groups that a client may be in. */
    public static final int LIMIT = 1_000;

    public Group {
        check(group);
        ClientId.check(client);
    }

    static void check(String name) {
        ClientId.check(name);
    }

    public static Group fromJson(JsonObject json) {
        return Json.read(json, Group.class);
    }
}
