package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A process that stops in order judges nobody any more.
 *
 * @param process its name
 */
public record JudgeLeft(String process) implements Message {
    /** Published to all nodes. Its row in the database may stay for a while, when PostgreSQL is away. */
    public static final String ADDRESS = "closeout.judge.left";

    public static JudgeLeft fromJson(JsonObject json) {
        return Json.read(json, JudgeLeft.class);
    }
}
