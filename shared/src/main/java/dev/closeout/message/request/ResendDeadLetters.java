package dev.closeout.message.request;

import dev.closeout.failure.Failure;
import dev.closeout.message.Json;
import dev.closeout.message.Message;
import dev.closeout.message.Text;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import io.vertx.core.json.JsonObject;

/**
 * What an owed handler could not take is owed to it once more: when it is mended after a long while.
 *
 * @param event {@link ClientGone#EVENT} or {@link ConnectionClosed#EVENT}
 * @param handler the handler's name
 */
public record ResendDeadLetters(String event, String handler) implements Message {
    /** A request to any worker; the answer is {@link Sent}. */
    public static final String ADDRESS = "closeout.deadletters.resend";
    /** Letters that one request sends at most; one that sent fewer was the last. */
    public static final int LIMIT = 1_000;

    public ResendDeadLetters {
        if (!event.equals(ClientGone.EVENT) && !event.equals(ConnectionClosed.EVENT)) {
            throw Failure.BAD_MESSAGE.because(
                    "the event is %s or %s".formatted(ClientGone.EVENT, ConnectionClosed.EVENT));
        }
        Text.check("handler", handler);
    }

    /**
     * How many there were.
     *
     * @param letters at most {@link #LIMIT}
     */
    public record Sent(int letters) implements Message {
        public static Sent fromJson(JsonObject json) {
            return Json.read(json, Sent.class);
        }
    }

    public static ResendDeadLetters fromJson(JsonObject json) {
        return Json.read(json, ResendDeadLetters.class);
    }
}
