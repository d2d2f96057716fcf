package dev.closeout.vertx;

import io.vertx.core.internal.VertxInternal;

/** Which Vert.x runs here. */
public final class VertxVersion {
    private VertxVersion() {}

    public static String current() {
        return VertxInternal.version();
    }
}
