package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * What a judge asks a process before it declares an incarnation of it dead: the lease has run out in the database.
 *
 * @param incarnation which
 * @param judge who asks, and through whom the lease can be renewed
 * @param patienceMillis how long it waits for the answer
 */
public record ConfirmLease(long incarnation, Judge judge, long patienceMillis) implements Message {
    public static final String ADDRESS = "closeout.lease.confirm";

    /** A request to one process; the answer is an {@link Answer}. */
    public static String addressOf(String process) {
        return ADDRESS + "." + process;
    }

    public static ConfirmLease fromJson(JsonObject json) {
        return Json.read(json, ConfirmLease.class);
    }

    /**
     * What that process says.
     *
     * @param held whether the process still holds it; it then renews its lease through who asked
     */
    public record Answer(boolean held) implements Message {
        public static Answer fromJson(JsonObject json) {
            return Json.read(json, Answer.class);
        }
    }
}
