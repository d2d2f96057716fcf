package dev.closeout.worker.cleanup;

import dev.closeout.message.cluster.ConfirmLease;
import dev.closeout.message.cluster.Judge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks those whose lease has run out, before anybody declares them dead: one that lives, and is only cut off from
 * PostgreSQL, renews its lease through the asker. Used on one verticle.
 */
final class Hearing {
    private static final int HEARINGS_PER_LEASE = 10;

    private final Vertx vertx;
    private final Judge judge;
    private final Duration lease;
    /** When lives that are not renewed first said that they are held: by {@link System#nanoTime}. */
    private final Map<Long, Long> heldSince = new HashMap<>();

    Hearing(Vertx vertx, Judge judge, Duration lease) {
        this.vertx = vertx;
        this.judge = judge;
        this.lease = lease;
    }

    /** Completes with those for whom nobody speaks, or who have said for a whole lease that they live, and not renewed it. */
    Future<List<Reaper.Lapsed>> mute(List<Reaper.Lapsed> lapsed) {
        heldSince
                .keySet()
                .retainAll(lapsed.stream().map(Reaper.Lapsed::incarnation).toList());
        var answers = lapsed.stream().map(this::isHeld).toList();
        return Future.join(answers).map(done -> {
            var mute = new ArrayList<Reaper.Lapsed>();
            for (var i = 0; i < lapsed.size(); i++) {
                if (!answers.get(i).result()) {
                    mute.add(lapsed.get(i));
                }
            }
            return mute;
        });
    }

    private Future<Boolean> isHeld(Reaper.Lapsed lapsed) {
        if (lapsed.fenced()) {
            return Future.succeededFuture(false);
        }
        var patience = lease.toMillis() / HEARINGS_PER_LEASE;
        var asking = new DeliveryOptions().setSendTimeout(patience);
        return vertx.eventBus()
                .<JsonObject>request(
                        ConfirmLease.addressOf(lapsed.process()),
                        new ConfirmLease(lapsed.incarnation(), judge, patience).toJson(),
                        asking)
                .map(reply -> ConfirmLease.Answer.fromJson(reply.body()).held() && isRecent(lapsed))
                .otherwise(false);
    }

    private boolean isRecent(Reaper.Lapsed lapsed) {
        var now = System.nanoTime();
        heldSince.putIfAbsent(lapsed.incarnation(), now);
        return now - heldSince.get(lapsed.incarnation()) < lease.toNanos();
    }
}
