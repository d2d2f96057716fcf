package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/**
 * Somebody wants a connection to end.
 *
 * @param incarnation the life of the node that owns it
 * @param number its number within that life
 * @param reason one of the labels of {@link CloseReason}
 */
public record ConnectionKicked(long incarnation, long number, String reason) {
    private static final String ADDRESS = "connection.kicked";

    public static ConnectionKicked of(long incarnation, long number, CloseReason reason) {
        return new ConnectionKicked(incarnation, number, reason.label());
    }

    /** A message to the owner of the lane, without an answer; a connection that is gone already is no error. */
    public static String address(long incarnation, int lane) {
        return "%s.%d.%d".formatted(ADDRESS, incarnation, lane);
    }

    public String address() {
        return address(incarnation, new ConnectionId(incarnation, number).lane());
    }

    public JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }

    public static ConnectionKicked fromJson(JsonObject json) {
        return Json.read(json, ConnectionKicked.class);
    }
}
