package dev.closeout.fault;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Lines. */
final class TcpProtocol implements Protocol {
    private static final String WELCOME = "WELCOME ";
    private static final String ERROR = "ERROR ";
    private static final String PONG = "PONG ";

    private static final String MESSAGE = "MESSAGE ";

    private String unread = "";

    @Override
    public Buffer hello(String client, String token) {
        return Buffer.buffer("HELLO %s %s\n".formatted(client, token));
    }

    @Override
    public Buffer ping(String text) {
        return Buffer.buffer("PING " + text + "\n");
    }

    @Override
    public Buffer message(String text) {
        return Buffer.buffer(text + "\n");
    }

    @Override
    public Buffer goodbye() {
        return Buffer.buffer();
    }

    @Override
    public Buffer offence() {
        return Buffer.buffer("HELLO again\n");
    }

    @Override
    public void received(Buffer bytes, Listener listener, Consumer<Buffer> answer) {
        var text = unread + bytes.toString("ISO-8859-1");
        var end = text.lastIndexOf('\n') + 1;
        unread = text.substring(end);
        text.substring(0, end).lines().forEach(line -> read(line, listener));
    }

    private static void read(String line, Listener listener) {
        if (line.startsWith(WELCOME)) {
            listener.welcomed(line.substring(WELCOME.length()));
        } else if (line.startsWith(ERROR)) {
            listener.told(line.substring(ERROR.length()));
        } else if (line.startsWith(PONG)) {
            listener.ponged(line.substring(PONG.length()));
        } else if (line.startsWith(MESSAGE)) {
            listener.heard(line.substring(MESSAGE.length()));
        }
    }
}
