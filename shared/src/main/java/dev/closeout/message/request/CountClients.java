package dev.closeout.message.request;

import dev.closeout.failure.Failure;
import dev.closeout.message.ClientId;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * The question how many connections some clients have, on all nodes. The answer comes from the counts in Hazelcast,
 * without a look into the database: it may be ahead of it or behind it by moments.
 *
 * @param clients at most {@link #LIMIT} client ids
 */
public record CountClients(List<String> clients) implements Message {
    /** A request to any worker; the answer is a {@link Counts}. */
    public static final String ADDRESS = "closeout.clients.count";
    /** Ids in one request. */
    public static final int LIMIT = 1_000;

    public CountClients {
        if (clients.size() > LIMIT) {
            throw Failure.BAD_MESSAGE.because(
                    "%d clients are asked for; at most %d are allowed".formatted(clients.size(), LIMIT));
        }
        clients = List.copyOf(clients);
        clients.forEach(ClientId::check);
    }

    /**
     * How many there are.
     *
     * @param counts the connections of each client that was asked for; 0 for one that is not online
     */
    public record Counts(Map<String, Integer> counts) implements Message {
        public Counts {
            counts = Map.copyOf(counts);
        }

        public static Counts fromJson(JsonObject json) {
            return Json.read(json, Counts.class);
        }
    }

    public static CountClients fromJson(JsonObject json) {
        return Json.read(json, CountClients.class);
    }
}
