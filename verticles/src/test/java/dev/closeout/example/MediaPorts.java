package dev.closeout.example;

import dev.closeout.handler.OwedHandlers;
import dev.closeout.message.event.ClientGone;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Gives the media ports of a client back to a switch that knows nothing of databases. */
public final class MediaPorts extends VerticleBase {
    private final Switch telephony;

    /** What the ports are taken from. */
    public interface Switch {
        /** Does nothing when they were given back already: a call may come twice. */
        Future<Void> giveBack(String client, long generation);
    }

    public MediaPorts(Switch telephony) {
        this.telephony = telephony;
    }

    @Override
    public Future<?> start() {
        return OwedHandlers.of(vertx)
                .onClientGone("media-ports", this::giveBack)
                .completion();
    }

    private Future<Void> giveBack(ClientGone gone) {
        return telephony.giveBack(gone.client(), gone.generation());
    }
}
