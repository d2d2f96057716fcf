package dev.closeout.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** Something that is served over HTTP, each by one verticle. Its methods are called on that one's event loop. */
public interface Routes {
    /** Adds the routes, once, before the server listens. Those that own sockets take none until they are opened. */
    void start(Router router, Vertx vertx);

    /** The verticle ends: whatever is still open is let go of. */
    default void stop() {}
}
