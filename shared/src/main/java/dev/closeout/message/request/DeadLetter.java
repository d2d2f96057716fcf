package dev.closeout.message.request;

import dev.closeout.message.Json;
import dev.closeout.message.Message;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * What a hook or an owed handler could not take, set aside whole.
 *
 * @param id its number
 * @param at when it was set aside, milliseconds since 1970, by the database's clock
 * @param hook whose it is: {@code opened}, {@code closed}, {@code gone}, or {@code owed} when a handler's
 * @param handler the event and the name of the handler, such as {@code client.gone.media-ports}; empty for hooks
 * @param row the columns of the event's relation
 * @param error what the database or the handler said last
 */
public record DeadLetter(long id, long at, String hook, String handler, Map<String, Object> row, String error) {
    /**
     * One letter, named to do something with it. What has a number that is none, or none any more, fails with {@code
     * NOT_FOUND}.
     *
     * @param id its number
     */
    public record Named(long id) implements Message {
        /**
         * A request to any worker: an owed handler's work is owed once more, a hook of {@code closed} or {@code gone}
         * runs once more on its row; then the letter is gone. A hook that fails again fails the request with {@code
         * DATABASE_REFUSED} and keeps the letter. One of {@code opened} fails with {@code BAD_MESSAGE}: its connection
         * was refused. The answer is empty.
         */
        public static final String RESEND = "closeout.deadletter.resend";
        /** A request to any worker: the letter is thrown away. The answer is empty. */
        public static final String DROP = "closeout.deadletter.drop";

        public static Named fromJson(JsonObject json) {
            return Json.read(json, Named.class);
        }
    }
}
