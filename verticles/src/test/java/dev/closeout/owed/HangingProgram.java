package dev.closeout.owed;

import dev.closeout.config.ConfigurationFile;
import dev.closeout.handler.OwedHandlers;
import dev.closeout.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Objects;

/** A node with an owed handler that says what it was called with and never answers: to be killed in the middle. */
final class HangingProgram {
    private HangingProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        var config = ConfigurationFile.load(null, System.getenv());
        Node.start(config, Objects.requireNonNull(config.database().uri()))
                .compose(HangingProgram::register)
                .onSuccess(registered -> System.out.println("registered"))
                .onFailure(failure -> System.out.println("failed: " + failure));
        Thread.currentThread().join();
    }

    private static Future<Void> register(Node node) {
        return OwedHandlers.of(node.vertx())
                .onClientGone("media-ports", gone -> {
                    System.out.println("called with " + gone.key());
                    return Promise.promise().future();
                })
                .completion();
    }
}
