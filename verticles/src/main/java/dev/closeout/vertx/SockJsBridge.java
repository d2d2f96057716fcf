package dev.closeout.vertx;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.vertx.ext.web.handler.sockjs.impl.EventBusBridgeImpl;

/** Vert.x Web's bridge of the event bus, by itself: its public way to it takes sockets from no one but SockJS. */
public final class SockJsBridge {
    private SockJsBridge() {}

    /** Bridges every socket that it is handed, on that one's event loop. */
    public static Handler<SockJSSocket> of(Vertx vertx, SockJSBridgeOptions options) {
        return new EventBusBridgeImpl(vertx, null, options, null);
    }
}
