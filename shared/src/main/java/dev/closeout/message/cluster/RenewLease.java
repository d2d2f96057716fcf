package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;

/**
 * A node still lives.
 *
 * @param incarnation its own
 * @param nonce what the node chose at its join: the number may be another node's too
 * @param leaseMillis its lease: for so long a worker without PostgreSQL promises not to judge it
 */
public record RenewLease(long incarnation, String nonce, long leaseMillis) implements Message {
    /**
     * A request to any worker; the answer is a {@link LeaseHeld}. Fails with {@code FENCED} when the incarnation was declared
     * dead, or is another node's. {@code DATABASE_AWAY} is a promise: the node of the worker that says so does not judge this incarnation for a lease.
     */
    public static final String ADDRESS = "closeout.lease.renew";

    /** The same, to the workers of one process. */
    public static String addressOf(String process) {
        return ADDRESS + "." + process;
    }

    public static RenewLease fromJson(JsonObject json) {
        return Json.read(json, RenewLease.class);
    }
}
