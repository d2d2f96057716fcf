package dev.closeout.vertx;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.List;

/** Who is registered on the event bus, as the cluster knows it. Safe on any thread. */
public final class Registrations {
    private Registrations() {}

    /**
     * Whether anybody consumes at an address: of other nodes' consumers, those that hear the cluster. A clustered Vert.x
     * only. The cluster answers on a thread of its own, or not at all.
     */
    public static Future<Boolean> anyAt(String address, Vertx vertx) {
        var answer = Promise.<List<RegistrationInfo>>promise();
        ((VertxInternal) vertx).clusterManager().getRegistrations(address, answer);
        return answer.future().map(registered -> !registered.isEmpty());
    }
}
