package dev.closeout.inbox;

import dev.closeout.config.ConfigurationFile;
import dev.closeout.handler.MessageHandlers;
import dev.closeout.message.Payload;
import dev.closeout.message.request.SendToConnection;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A node whose handler takes a while over each message, and tells the client that says "end" what it has seen. */
final class SlowProgram {
    private SlowProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        var config = ConfigurationFile.load(null, System.getenv());
        Node.start(config, Objects.requireNonNull(config.database().uri()))
                .compose(node -> node.vertx().deployVerticle(new Slow()))
                .onSuccess(deployed -> System.out.println("registered"))
                .onFailure(failure -> System.out.println("failed: " + failure));
        Thread.currentThread().join();
    }

    private static final class Slow extends VerticleBase {
        private long seen;
        private long characters;
        private boolean ordered = true;

        @Override
        public Future<?> start() {
            return MessageHandlers.of(vertx).onMessages(this::take).completion();
        }

        private Future<?> take(MessageHandlers.Received received) {
            var body = received.message().body();
            if (body.equals("end")) {
                var said = Payload.text("%d %d %s".formatted(seen, characters, ordered));
                return vertx.eventBus()
                        .request(SendToConnection.ADDRESS, new SendToConnection(received.connection(), said).toJson());
            }
            ordered &= Long.parseLong(body, 0, body.indexOf(' '), 10) == seen;
            seen++;
            characters += body.length();
            return vertx.timer(1, TimeUnit.MILLISECONDS);
        }
    }
}
