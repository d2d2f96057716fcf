package dev.closeout.door;

import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.WireClient;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One with a socket of its own. */
final class WireVisitor implements Visitor {
    private static final Pattern CONNECTION = Pattern.compile("(?i)welcome.*?(\\d+-\\d+)", Pattern.DOTALL);
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final byte[] NORMAL = {3, (byte) 232};

    private final Door door;
    private final WireClient wire;
    private final String connection;
    /** A further socket to its node. */
    private final Supplier<WireClient> another;

    /** @param token null: none */
    WireVisitor(Door door, Supplier<WireClient> connect, @Nullable String token) {
        this.door = door;
        this.another = connect;
        this.wire = connect.get().send(greeting(door, token));
        var answer = wire.readUntil(door == Door.TCP ? "\n" : "\"}");
        var named = CONNECTION.matcher(answer);
        if (!named.find()) {
            throw new AssertionError("not welcomed: " + answer);
        }
        connection = named.group(1);
    }

    private static String greeting(Door door, @Nullable String token) {
        var bearer = token == null ? "X-Token: none" : "Authorization: Bearer " + token;
        return switch (door) {
            case TCP -> "HELLO alice" + (token == null ? "" : " " + token) + "\n";
            case WEBSOCKET -> WireClient.upgrade("alice", bearer);
            case STREAM -> HttpWire.head("GET /stream/alice HTTP/1.1", "Host: localhost", bearer);
            case STREAM_OF_HTTP2 -> throw new IllegalArgumentException("its socket is not its own");
        };
    }

    @Override
    public void leave() {
        if (door == Door.WEBSOCKET) {
            wire.sendFrame(CLOSE, NORMAL);
        }
        wire.close();
    }

    @Override
    public void breakOff() {
        wire.reset();
    }

    @Override
    public void renew(String token) {
        switch (door) {
            case TCP -> {
                wire.send("TOKEN " + token + "\n");
                hears("TOKEN accepted\n");
            }
            case WEBSOCKET -> {
                var message = new JsonObject().put("type", "token").put("token", token);
                wire.sendFrame(TEXT, message.encode().getBytes(StandardCharsets.UTF_8));
                hears("\"accepted\":true");
            }
            default -> post(token);
        }
    }

    private void post(String token) {
        try (var posting = another.get()) {
            var answer = posting.send(HttpWire.head(
                                    "POST /stream/alice/%s HTTP/1.1".formatted(connection),
                                    "Host: localhost",
                                    "Authorization: Bearer " + token,
                                    "Content-Type: application/jwt",
                                    "Content-Length: " + token.length())
                            + token)
                    .readUntil("\r\n\r\n");
            if (!answer.startsWith("HTTP/1.1 202 ")) {
                throw new AssertionError("not accepted: " + answer);
            }
        }
    }

    @Override
    public void hears(String text) {
        var heard = wire.readUntil(text);
        if (!heard.endsWith(text)) {
            throw new AssertionError("%s was told: %s".formatted(door, heard));
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
