package dev.closeout.fault;

import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxBootstrapImpl;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gets hold of a program's Vert.x before anything is deployed, through the service that Vert.x tells of its birth: so the
 * program itself is the one that ships. Does nothing unless somebody waits.
 */
public final class Handover implements VertxServiceProvider {
    private static volatile @Nullable Consumer<Vertx> waiting;

    static void to(Consumer<Vertx> receiver) {
        waiting = receiver;
    }

    @Override
    public void init(VertxBootstrap bootstrap) {
        var receiver = waiting;
        if (receiver != null) {
            ((VertxBootstrapImpl) bootstrap).metrics(new VertxMetrics() {
                @Override
                public void vertxCreated(Vertx vertx) {
                    // A start rehearses on one of its own.
                    if (vertx.isClustered()) {
                        receiver.accept(vertx);
                    }
                }
            });
        }
    }
}
