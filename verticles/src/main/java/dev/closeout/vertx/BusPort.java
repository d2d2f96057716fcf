package dev.closeout.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.util.Arrays;

/** The port at which a clustered Vert.x takes messages of the event bus. Safe on any thread. */
public final class BusPort {
    private static final String READER = "io.vertx.core.eventbus.impl.clustered.InboundConnection";
    /** Whoever takes what was read: from here on it is a fault of ours. */
    private static final String RECEIVER = "io.vertx.core.eventbus.impl.HandlerRegistration";

    private BusPort() {}

    /** Where other nodes find it. */
    public static SocketAddress of(Vertx vertx) {
        var told = ((VertxInternal) vertx).clusterManager().getNodeInfo();
        return SocketAddress.inetSocketAddress(told.port(), told.host());
    }

    /** Whether it was thrown because what came to the port is no message. */
    public static boolean isUnreadable(Throwable failure) {
        var classes = Arrays.stream(failure.getStackTrace())
                .map(StackTraceElement::getClassName)
                .toList();
        return classes.contains(READER) && !classes.contains(RECEIVER);
    }
}
