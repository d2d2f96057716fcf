package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A client joins a group. It is in it for the rest of its stay: its release takes it out.
 *
 * @param group a name, under the rules of client ids
 * @param client a client id
 */
public record JoinGroup(String group, String client) implements Message {
    /**
     * A request to any worker. The answer is empty, for a client that is in the group already, too. Fails with {@code
     * NOT_FOUND} when the client is not there, with {@code OVER_LIMIT} when it is in {@link #LIMIT} groups.
     */
    public static final String ADDRESS = "closeout.group.join";
    /** Groups that a client may be in. */
    public static final int LIMIT = 1_000;

    public JoinGroup {
        ClientId.check(group);
        ClientId.check(client);
    }

    public static JoinGroup fromJson(JsonObject json) {
        return Json.read(json, JoinGroup.class);
    }
}
