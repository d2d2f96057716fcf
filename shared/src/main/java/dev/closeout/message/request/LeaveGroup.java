package dev.closeout.message.request;

import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A client leaves a group.
 *
 * @param group a name, under the rules of client ids
 * @param client a client id
 */
public record LeaveGroup(String group, String client) implements Message {
    /** A request to any worker. The answer is empty, for a client that was not in the group, too. */
    public static final String ADDRESS = "closeout.group.leave";

    public LeaveGroup {
        ClientId.check(group);
        ClientId.check(client);
    }

    public static LeaveGroup fromJson(JsonObject json) {
        return Json.read(json, LeaveGroup.class);
    }
}
