package com.example;

import dev.closeout.handler.OwedHandlers;
import dev.closeout.message.event.ClientGone;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the media ports of clients back that have gone. */
final class MediaPorts extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(MediaPorts.class);

    private final Function<String, Future<Void>> giveBack;

    /** @param giveBack takes the key of a stay; called again, with the same key, until it has succeeded */
    MediaPorts(Function<String, Future<Void>> giveBack) {
        this.giveBack = giveBack;
    }

    @Override
    public Future<?> start() {
        return OwedHandlers.of(vertx)
                .onClientGone("media-ports", this::giveBack)
                .completion();
    }

    private Future<Void> giveBack(ClientGone gone) {
        return giveBack.apply(gone.key()).onSuccess(done -> log.info("The ports of {} are given back", gone.key()));
    }
}
