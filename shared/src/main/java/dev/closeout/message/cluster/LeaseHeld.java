package dev.closeout.message.cluster;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The answer to a node that joined or renewed its lease.
 *
 * @param incarnation its own
 * @param judges who could declare it dead from now on: all with workers that are not declared dead themselves. One that
 *     joins later judges nobody for a lease, and asks first
 */
public record LeaseHeld(long incarnation, List<Judge> judges) implements Message {
    public LeaseHeld {
        judges = List.copyOf(judges);
    }

    public static LeaseHeld fromJson(JsonObject json) {
        return Json.read(json, LeaseHeld.class);
    }
}
