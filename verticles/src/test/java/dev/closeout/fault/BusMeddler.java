package dev.closeout.fault;

import dev.closeout.message.cluster.IncarnationFenced;
import dev.closeout.message.request.SendToClient;
import dev.closeout.message.request.SendToConnection;
import dev.closeout.message.request.SendToGroup;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.impl.MessageImpl;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Stands where messages leave a node, and loses, doubles, delays or reorders them. Called on any thread. */
final class BusMeddler {
    private static final String COPY = "closeout-copy";
    private static final String REPLIES = "__vertx.reply";
    /** Not doubled: a message that a handler takes twice is what clients must not see, and no bus does that by itself. */
    private static final List<String> MESSAGES =
            List.of("closeout.message.", SendToClient.ADDRESS, SendToConnection.ADDRESS, SendToGroup.ADDRESS);

    private final Vertx vertx;
    private volatile BusFaults faults = BusFaults.NONE;

    BusMeddler(Vertx vertx) {
        this.vertx = vertx;
        vertx.eventBus().addOutboundInterceptor(this::leaves);
    }

    void set(BusFaults wanted) {
        faults = wanted;
    }

    private void leaves(DeliveryContext<Object> leaving) {
        if (leaving.message().address().equals(IncarnationFenced.ADDRESS)) {
            // It never leaves the process: nothing loses it there, and without it no node can end its own incarnation.
            leaving.next();
            return;
        }
        var now = faults;
        var random = ThreadLocalRandom.current();
        if (random.nextDouble() < now.lost()) {
            return;
        }
        var message = leaving.message();
        if (random.nextDouble() < now.doubled()
                && message.isSend()
                && !message.address().startsWith(REPLIES)
                && MESSAGES.stream().noneMatch(message.address()::startsWith)
                && !message.headers().contains(COPY)) {
            var headers = MultiMap.caseInsensitiveMultiMap().add(COPY, "1");
            // A message has no body on its way out but for this.
            var body = ((MessageImpl<?, ?>) message).copyBeforeReceive().body();
            vertx.eventBus().send(message.address(), body, new DeliveryOptions().setHeaders(headers));
        }
        if (random.nextDouble() < now.delayed()) {
            vertx.setTimer(random.nextLong(100, 1_500), timer -> leaving.next());
        } else if (random.nextDouble() < now.reordered()) {
            vertx.setTimer(random.nextLong(1, 50), timer -> leaving.next());
        } else {
            leaving.next();
        }
    }
}
