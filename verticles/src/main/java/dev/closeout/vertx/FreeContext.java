package dev.closeout.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Supplier;

/**
 * A context that is no verticle's: Vert.x closes pools and clients with the verticle on whose context they were made, and
 * what is made here stays until it is closed. Safe on any thread.
 */
public final class FreeContext {
    private final ContextInternal context;

    public FreeContext(Vertx vertx) {
        context = ((VertxInternal) vertx).createEventLoopContext();
    }

    /** Makes it on the calling thread, as if that were the context's. */
    public <T> T make(Supplier<T> maker) {
        var before = context.beginDispatch();
        try {
            return maker.get();
        } finally {
            context.endDispatch(before);
        }
    }
}
