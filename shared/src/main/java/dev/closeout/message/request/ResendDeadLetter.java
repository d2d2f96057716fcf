package dev.closeout.message.request;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * One dead letter is tried once more: an owed handler's work is owed again, a hook of {@code closed} or {@code gone} runs
 * again on its row. Then the letter is gone.
 *
 * @param id the letter's number
 */
public record ResendDeadLetter(long id) implements Message {
    /**
     * A request to any worker. The answer is empty. A hook that fails again fails it with {@code DATABASE_REFUSED} and
     * keeps the letter. A letter of {@code opened} fails with {@code BAD_MESSAGE}: its connection was refused. An unknown
     * number fails with {@code NOT_FOUND}.
     */
    public static final String ADDRESS = "closeout.deadletter.resend";

    public static ResendDeadLetter fromJson(JsonObject json) {
        return Json.read(json, ResendDeadLetter.class);
    }
}
