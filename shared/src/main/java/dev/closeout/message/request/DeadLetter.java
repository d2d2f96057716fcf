package dev.closeout.message.request;

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
public record DeadLetter(long id, long at, String hook, String handler, Map<String, Object> row, String error) {}
