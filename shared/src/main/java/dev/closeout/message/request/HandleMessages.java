package dev.closeout.message.request;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Payload;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a client sent over one connection, in that order. Until this is answered, nothing more of that connection is
 * handed to anybody.
 *
 * @param connection {@code <incarnation>-<number>}
 * @param client whose it is
 * @param messages 1 to {@link #LIMIT}
 * @param patience milliseconds that a handler may take over one of them. When so many have passed, none is begun any more
 */
public record HandleMessages(String connection, String client, List<Payload> messages, long patience)
        implements Message {
    /**
     * A request to those who take what clients send, one of them at a time; the answer is a {@link Taken}, or empty when
     * all were. It comes within twice the patience, or the messages are given up.
     */
    public static final String ADDRESS = "closeout.message.handle";
    /** Messages in one request. */
    public static final int LIMIT = 256;

    public HandleMessages {
        messages = List.copyOf(messages);
    }

    /**
     * The answer.
     *
     * @param messages the first so many are over; the others come again, to whoever takes them then
     * @param lost so many of those are lost, since their handler failed or took too long; may be left out
     */
    public record Taken(int messages, int lost) implements Message {
        public static Taken fromJson(JsonObject json) {
            return Json.read(json.containsKey("lost") ? json : json.copy().put("lost", 0), Taken.class);
        }
    }

    /** The same for one client: who takes requests there gets its messages instead of the others. */
    public static String address(String client) {
        return ADDRESS + "." + client;
    }

    public static HandleMessages fromJson(JsonObject json) {
        return Json.read(json, HandleMessages.class);
    }
}
