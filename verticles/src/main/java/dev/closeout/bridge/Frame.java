package dev.closeout.bridge;

import dev.closeout.failure.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client of the bridge says, checked as far as its own shape goes.
 *
 * @param type what it wants
 * @param address which of the bus; empty for a ping
 * @param headers without the token
 * @param token what it showed; null: nothing
 * @param body of a request; null: there is none
 * @param replyAddress under which it waits for the answer; null: it does not wait
 */
record Frame(
        Type type,
        String address,
        Map<String, Object> headers,
        @Nullable String token,
        @Nullable JsonObject body,
        @Nullable String replyAddress) {
    /** The header that carries the token. */
    static final String TOKEN = "token";
    /** As long as those that the published clients make. */
    private static final int LONGEST_REPLY_ADDRESS = 36;

    /** Others would be refused by the headers of a message, and not by an answer. */
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /** The types of frames that the published clients send. */
    enum Type {
        PING,
        SEND,
        PUBLISH,
        REGISTER,
        UNREGISTER
    }

    /**
     * Reads a frame.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@code BAD_MESSAGE}; no text of the frame is in it
     */
    static Frame read(Buffer data) {
        var json = json(data);
        var type = type(json);
        if (type == Type.PING) {
            return new Frame(type, "", Map.of(), null, null, null);
        }
        var address = text(json, "address");
        if (address == null || address.isEmpty()) {
            throw bad("the address is missing");
        }
        var replyAddress = text(json, "replyAddress");
        if (replyAddress != null && (replyAddress.isEmpty() || replyAddress.length() > LONGEST_REPLY_ADDRESS)) {
            throw bad("the replyAddress must have 1 to %d characters".formatted(LONGEST_REPLY_ADDRESS));
        }
        var headers = headers(json);
        var token = (String) headers.remove(TOKEN);
        if (type == Type.SEND && !(json.getValue("body") instanceof JsonObject)) {
            // Told to whoever shows the token: the shape of a body is nobody else's business.
            return new Frame(type, address, headers, token, null, replyAddress);
        }
        return new Frame(
                type, address, headers, token, type == Type.SEND ? json.getJsonObject("body") : null, replyAddress);
    }

    /** The frame as the bridge of Vert.x takes it, without the token. */
    Buffer forwarded() {
        var json = new JsonObject().put("type", type.name().toLowerCase(Locale.ROOT));
        if (type != Type.PING) {
            json.put("address", address).put("headers", new JsonObject(headers));
        }
        if (body != null) {
            json.put("body", body);
        }
        if (replyAddress != null) {
            json.put("replyAddress", replyAddress);
        }
        return json.toBuffer();
    }

    private static JsonObject json(Buffer data) {
        try {
            if (Json.decodeValue(data) instanceof JsonObject json) {
                return json;
            }
        } catch (DecodeException e) {
            // What it says quotes the frame.
        }
        throw bad("this is not a JSON object");
    }

    private static Type type(JsonObject json) {
        if (json.getValue("type") instanceof String name) {
            for (var type : Type.values()) {
                if (type.name().equalsIgnoreCase(name)) {
                    return type;
                }
            }
        }
        throw bad("the type must be ping, send, register or unregister");
    }

    private static @Nullable String text(JsonObject json, String field) {
        var value = json.getValue(field);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw bad("the %s must be a text".formatted(field));
    }

    private static Map<String, Object> headers(JsonObject json) {
        var value = json.getValue("headers");
        if (value == null) {
            return new HashMap<>();
        }
        if (!(value instanceof JsonObject headers)
                || !headers.getMap().values().stream().allMatch(Frame::isHeader)) {
            throw bad("the headers must be an object of texts without control characters");
        }
        if (!headers.fieldNames().stream().allMatch(HEADER.asMatchPredicate())) {
            throw bad("a header has a name of 1 to 100 letters, digits, dots, dashes and underscores");
        }
        return new HashMap<>(headers.getMap());
    }

    private static boolean isHeader(Object value) {
        return value instanceof String text && text.chars().noneMatch(Character::isISOControl);
    }

    private static RuntimeException bad(String text) {
        return Failure.BAD_MESSAGE.because(text);
    }
}
