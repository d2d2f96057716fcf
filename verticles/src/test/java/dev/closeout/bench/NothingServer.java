package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that welcomes everybody, remembers nothing, and prints a line each time that all have closed. */
public final class NothingServer {
    private static final AtomicInteger LIVE = new AtomicInteger();

    private NothingServer() {}

    public static void main(String[] args) {
        var port = new AtomicInteger();
        Eventually.done(Vertx.vertx()
                .deployVerticle(
                        () -> new AbstractVerticle() {
                            @Override
                            public void start(io.vertx.core.Promise<Void> started) {
                                vertx.createNetServer(new NetServerOptions()
                                                .setHost("127.0.0.1")
                                                .setPort(-1))
                                        .connectHandler(socket -> {
                                            LIVE.incrementAndGet();
                                            socket.handler(hello -> socket.write("WELCOME\n"));
                                            socket.exceptionHandler(failure -> {});
                                            socket.closeHandler(closed -> {
                                                if (LIVE.decrementAndGet() == 0) {
                                                    System.out.println("all closed");
                                                }
                                            });
                                        })
                                        .listen()
                                        .onSuccess(server -> port.set(server.actualPort()))
                                        .<Void>mapEmpty()
                                        .onComplete(started);
                            }
                        },
                        new DeploymentOptions().setInstances(2)));
        System.out.println("listening " + port.get());
    }
}
