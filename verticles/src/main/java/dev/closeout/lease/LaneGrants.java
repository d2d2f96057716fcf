package dev.closeout.lease;

import dev.closeout.failure.Failure;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.cluster.OpenLane;
import dev.closeout.route.WorkerNodes;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the lanes of the node's incarnation to those who own connections, each opened by a worker first. Used on the
 * event loop of the lease.
 */
final class LaneGrants {
    /** How long a worker may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Vertx vertx;
    private @Nullable Numbers numbers;

    /** Those of one incarnation. */
    private static final class Numbers {
        final long incarnation;
        final String nonce;
        int next;
        /** Nobody uses these: they were not delivered, or came back. */
        final Deque<Integer> free = new ArrayDeque<>();

        Numbers(long incarnation, String nonce) {
            this.incarnation = incarnation;
            this.nonce = nonce;
        }

        boolean isExhausted() {
            return next == ConnectionId.LANES && free.isEmpty();
        }

        int take() {
            return free.isEmpty() ? next++ : free.remove();
        }
    }

    LaneGrants(Vertx vertx) {
        this.vertx = vertx;
    }

    void start() {
        vertx.eventBus().localConsumer(OpenLane.GRANT, this::grant);
        vertx.eventBus()
                .<JsonObject>localConsumer(OpenLane.RETURN, message -> takeBack(OpenLane.fromJson(message.body())));
    }

    /** From now on lanes are of that incarnation. */
    void begin(long incarnation, String nonce) {
        numbers = new Numbers(incarnation, nonce);
    }

    /** There is none to give lanes of. */
    void end() {
        numbers = null;
    }

    private void grant(Message<JsonObject> wanted) {
        var current = numbers;
        if (current == null) {
            wanted.fail(Failure.NOT_READY.code(), "no worker has taken this node in yet");
            return;
        }
        if (current.isExhausted()) {
            wanted.fail(Failure.NOT_READY.code(), "an incarnation has %d lanes at most".formatted(ConnectionId.LANES));
            return;
        }
        var lane = new OpenLane(current.incarnation, current.take(), current.nonce);
        WorkerNodes.of(vertx)
                .request(OpenLane.ADDRESS, lane.toJson(), PATIENCE)
                .onSuccess(opened -> wanted.reply(lane.toJson()))
                .onFailure(failure -> {
                    takeBack(lane);
                    wanted.fail(Failure.NOT_READY.code(), failure.getMessage());
                });
    }

    /** Its row may be there, or come late: to open the lane again changes nothing, since nobody has used it. */
    private void takeBack(OpenLane lane) {
        if (numbers != null && numbers.incarnation == lane.incarnation()) {
            numbers.free.add(lane.lane());
        }
    }
}
