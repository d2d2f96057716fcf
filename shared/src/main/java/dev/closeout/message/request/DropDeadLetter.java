package dev.closeout.message.request;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A dead letter is thrown away.
 *
 * @param id its number
 */
public record DropDeadLetter(long id) implements Message {
    /** A request to any worker. The answer is empty. An unknown number fails with {@code NOT_FOUND}. */
    public static final String ADDRESS = "closeout.deadletter.drop";

    public static DropDeadLetter fromJson(JsonObject json) {
        return Json.read(json, DropDeadLetter.class);
    }
}
